/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that PID 1 goes on as.
 */
#pragma once

#include <stddef.h>

#define REAL_INIT_MAX 8

struct real_init {
	const char *paths[REAL_INIT_MAX]; /* in the order in which they are tried */
	size_t n;
};

/*
 * The candidates: the one that is named (or NULL), then /init, as the kernel runs it in an
 * initramfs, systemd, and what else the kernel tries (kernel_init() in its init/main.c). What is
 * this very program is none of them. Whether they are there shows when they are executed.
 */
void real_init_find(struct real_init *init, const char *named);
