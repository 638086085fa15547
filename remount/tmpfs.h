/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tmpfs-options.h"
#include "tree-size.h"

/* The source in mountinfo of a root that fstag has moved. */
#define TMPFS_SOURCE "fstag"

/*
 * Makes a detached tmpfs. Without size= and nr_inodes= among the options, its limits leave room for
 * the contents and half of the remaining memory; that is more than the kernel's default, half of
 * all memory.
 *
 * Returns its open root or a negative errno; *ret_problem then names the option that the kernel
 * refuses and the parameter that contains it, or is NULL. To be freed.
 */
int tmpfs_make(const struct tmpfs_options *options, const struct tree_size *contents,
	       char **ret_problem);

/*
 * Call this when the tmpfs is complete: until then it has no huge pages, whatever huge= says,
 * because each small file would use one, which the room check does not count. huge is for options
 * without huge=, or NULL. It also sets the attributes of the mount. Returns 0 or a negative errno.
 */
int tmpfs_finish(int root, const struct tmpfs_options *options, const char *huge);

/* Whether the options need a tmpfs but the initramfs, on /, is a ramfs. */
bool tmpfs_is_needed(const struct tmpfs_options *options);

/*
 * Sets the options of the existing tmpfs on /, and of its mount; its contents stay.
 *
 * Returns 0 or a negative errno, and then no option has changed anything; *ret_problem is the
 * reason, or NULL. To be freed.
 */
int tmpfs_reconfigure_root(const struct tmpfs_options *options, char **ret_problem);
