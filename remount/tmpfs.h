/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tmpfs-options.h"
#include "tree-size.h"

/* What mountinfo says of a root that fstag has moved. */
#define TMPFS_SOURCE "fstag"

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
 * each small file would take one, and which nobody has counted. huge is for options without huge=,
 * or NULL. Gives its mount the attributes, too. Returns 0 or a negative errno.
 */
int tmpfs_finish(int root, const struct tmpfs_options *options, const char *huge);

/* Whether the options need a tmpfs and the initramfs, on /, is a ramfs: that has none. */
bool tmpfs_is_needed(const struct tmpfs_options *options);

/*
 * Gives the options to the tmpfs that is on / already, with all that is in it, and to its mount.
 *
 * Returns 0 or a negative errno, and then no option has changed anything; *ret_problem is what
 * cannot be, or NULL. To be freed.
 */
int tmpfs_reconfigure_root(const struct tmpfs_options *options, char **ret_problem);
