/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A child process that runs one function in its own namespaces or mounts, so that its parent, which
 * may be PID 1, keeps its own.
 */
#pragma once

#include <sys/types.h>

struct child {
	pid_t pid;
	int fd; /* the child ends when this is closed */
};

/*
 * Has a child call the function, and waits for its result; then the child stays as it is, with
 * everything that it has unshared, until child_end().
 *
 * Returns what the function returned, or another negative errno. If the result is negative, the
 * child is gone and *ret_child is not written.
 */
int child_start(int (*function)(void), struct child *ret_child);

void child_end(const struct child *child);

/* Has a child call the function and ends the child. Returns as child_start() does. */
int child_run(int (*function)(void));
