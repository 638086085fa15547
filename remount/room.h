/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "tree-size.h"

/*
 * Whether there is room for a tree on an empty tmpfs that is open as root: what the tmpfs may hold,
 * and what memory there is. It has to be found out before: with PID 1 alone alive, running out of
 * memory is a panic of the kernel and no error.
 *
 * Returns 0, or -ENOSPC or -ENOMEM with the reason in *ret_problem, or another negative errno. Of a
 * size that is not exact the worst is taken: -ENOMEM is to be asked again with one that is.
 * parameter is the one that limits the tmpfs.
 */
int room_check(const struct tree_size *size, bool moves, int root, int proc, const char *parameter,
	       char **ret_problem);

/* The bytes of memory that it takes at most, beside what the tree takes already. */
uint64_t room_memory(const struct tree_size *size, bool moves);
