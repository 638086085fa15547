/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tree.h"

/* What mountinfo says of a root that fstag has moved. */
#define TMPFS_SOURCE "fstag"

struct tmpfs_options {
	const char *text;      /* mount options of tmpfs(5), or NULL */
	const char *parameter; /* where they come from, for messages */
};

/*
 * Makes a tmpfs that is mounted nowhere yet. Without size= and nr_inodes= among the options it
 * can hold the contents, and half of the memory that they leave; that is more than the half of all
 * that the kernel gives it otherwise.
 *
 * Returns its open root or a negative errno; *ret_problem is then the option that the kernel
 * refuses and the parameter that it is in, or NULL. To be freed.
 */
int tmpfs_make(const struct tmpfs_options *options, const struct tree_size *contents,
	       char **ret_problem);

/*
 * To be called when all is in it: until then it has no huge pages, whatever huge= says, of which
 * each small file would take one, and which nobody has counted. Returns 0 or a negative errno.
 */
int tmpfs_finish(int root, const struct tmpfs_options *options);

/* Whether the options have one of that name. */
bool tmpfs_has_option(const struct tmpfs_options *options, const char *name);
