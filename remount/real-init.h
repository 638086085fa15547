/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that PID 1 executes next.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define REAL_INIT_MAX 9

struct real_init {
	struct stat self;  /* the program that runs */
	const char *first; /* what the kernel has executed */
	char *executed;	   /* what this program has executed in earlier rounds, or NULL */
	bool is_first;	   /* the kernel has executed this program, for the first time */
	const char *paths[REAL_INIT_MAX]; /* the candidates, in the order of the attempts */
	size_t n, n_named; /* the first n_named are given by name, so a missing one is an error */
};

/*
 * Determines what executed this program: the kernel, or an /init that has run before, or one that
 * this program has executed itself. proc: as proc_open() returns it; rdinit: the kernel's
 * parameter, or NULL.
 */
void real_init_open(struct real_init *init, int proc, const char *rdinit);

/*
 * Lists the candidates: those in named (each may be NULL), then /init, as the kernel runs it in an
 * initramfs, systemd, and what else the kernel tries (kernel_init() in its init/main.c). This
 * program itself and those that have already run are left out: they would come back here forever.
 * Whether they exist shows only when they are executed.
 */
void real_init_find(struct real_init *init, const char *const named[], size_t n);

/*
 * Executes the candidate, with the environment of this process and a variable that tells this
 * program, if it is executed again, what has run. Returns a negative errno on failure.
 */
int real_init_execute(const struct real_init *init, size_t candidate, char *argv[]);
