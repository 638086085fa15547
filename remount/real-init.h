/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that PID 1 goes on as.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define REAL_INIT_MAX 9

struct real_init {
	struct stat self;		  /* the program that runs */
	const char *first;		  /* what the kernel has executed */
	char *executed;			  /* what this program has, in earlier rounds; or NULL */
	bool is_first;			  /* that is this program, for the first time */
	const char *paths[REAL_INIT_MAX]; /* the candidates, in the order in which they are tried */
	size_t n, n_named; /* the first ones are named by somebody, and ought to be there */
};

/*
 * Finds out who executed this program: the kernel, or an /init that has run before, or one that
 * this program has executed itself. proc: as proc_open() returns it; rdinit: the kernel's
 * parameter, or NULL.
 */
void real_init_open(struct real_init *init, int proc, const char *rdinit);

/*
 * Lists the candidates: those that are named (each may be NULL), then /init, as the kernel runs it
 * in an initramfs, systemd, and what else the kernel tries (kernel_init() in its init/main.c). What
 * is this very program is none of them, nor what has run already: that would come back here for
 * ever. Whether they are there shows when they are executed.
 */
void real_init_find(struct real_init *init, const char *const named[], size_t n);

/*
 * Executes the candidate. It has the environment of this process and a variable that tells this
 * program, should it be executed again, what has run. Returns a negative errno where it fails.
 */
int real_init_execute(const struct real_init *init, size_t candidate, char *argv[]);
