/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "tree-size.h"

/*
 * Whether there is room for a tree on an empty tmpfs that is open as root: the limits of the tmpfs,
 * and the available memory. This must be known before: if PID 1 is the only process, running out of
 * memory is a kernel panic and not an error.
 *
 * Returns 0, or -ENOSPC or -ENOMEM with the reason in *ret_problem, or another negative errno. For
 * a size that is not exact, it assumes the worst: after -ENOMEM, call it again with an exact size.
 * parameter is the one that limits the tmpfs.
 */
int room_check(const struct tree_size *size, bool moves, int root, int proc, const char *parameter,
	       char **ret_problem);

/* The bytes of memory that are needed at most, in addition to what the tree takes already. */
uint64_t room_memory(const struct tree_size *size, bool moves);
