/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options on the command line for the tmpfs that is, or becomes, the root.
 */
#pragma once

#include <stdbool.h>
#include <sys/mount.h>

struct tmpfs_options {
	const char *text;      /* mount options of tmpfs(5), or NULL */
	const char *parameter; /* the one that they come from, for messages */
};

/*
 * Passes those of the file system to a context of fsopen(2) or fspick(2). Those of the mount, such
 * as noatime, and those that affect neither (rw, defaults, x-*) are skipped.
 *
 * Returns 0 or a negative errno; *ret_problem then names the invalid option and the parameter that
 * contains it, or is NULL. To be freed.
 */
int tmpfs_options_set(const struct tmpfs_options *options, int context, char **ret_problem);

/* Whether any of them is an option of the file system. */
bool tmpfs_options_are_of_tmpfs(const struct tmpfs_options *options);

/* Those of the mount, for mount_setattr(2); of two that contradict each other the last one counts.
 * Returns 0 or -ENOMEM. */
int tmpfs_options_get_attributes(const struct tmpfs_options *options,
				 struct mount_attr *ret_attributes);

/* Whether the options include one of that name. */
bool tmpfs_options_have(const struct tmpfs_options *options, const char *name);

/* The end of a log line about what was done: ", with fstag.remountflags=size=1G". To be freed; NULL
 * if there is nothing to report, or out of memory. */
char *tmpfs_options_tell(const struct tmpfs_options *options, bool are_set);
