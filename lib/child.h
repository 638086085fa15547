/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A child process that does one thing to namespaces or mounts of its own, so that its parent,
 * which may be PID 1, keeps its own.
 */
#pragma once

#include <sys/types.h>

struct child {
	pid_t pid;
	int fd; /* the child ends when it is closed */
};

/*
 * Has a child execute the function, and waits for its result; then the child stays as it is, and
 * with it what it has unshared, until child_end().
 *
 * Returns what the function returned, or another negative errno. Where that is negative, the child
 * is gone and *ret_child is not written.
 */
int child_start(int (*function)(void), struct child *ret_child);

void child_end(const struct child *child);

/* Has a child execute the function and ends it. Returns as child_start() does. */
int child_run(int (*function)(void));
