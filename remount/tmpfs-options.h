/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options that the command line has for the tmpfs that is, or becomes, the root.
 */
#pragma once

#include <stdbool.h>
#include <sys/mount.h>

struct tmpfs_options {
	const char *text;      /* mount options of tmpfs(5), or NULL */
	const char *parameter; /* where they come from, for messages */
};

/*
 * Hands those of the file system to a context of fsopen(2) or fspick(2). Those of the mount, such
 * as noatime, and what says nothing of either (rw, defaults, x-*) are passed over.
 *
 * Returns 0 or a negative errno; *ret_problem is then the option that cannot be and the parameter
 * that it is in, or NULL. To be freed.
 */
int tmpfs_options_set(const struct tmpfs_options *options, int context, char **ret_problem);

/* Whether any of them is one of the file system. */
bool tmpfs_options_are_of_tmpfs(const struct tmpfs_options *options);

/* Those of the mount, for mount_setattr(2); of two that contradict each other the last counts.
 * Returns 0 or -ENOMEM. */
int tmpfs_options_get_attributes(const struct tmpfs_options *options,
				 struct mount_attr *ret_attributes);

/* Whether the options have one of that name. */
bool tmpfs_options_have(const struct tmpfs_options *options, const char *name);

/* What stands behind a line that tells what was done: ", with fstag.remountflags=size=1G". To be
 * freed; NULL where there is nothing to tell, or no memory. */
char *tmpfs_options_tell(const struct tmpfs_options *options, bool are_set);
