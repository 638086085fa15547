/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a line of mountinfo (proc_pid_mountinfo(5)) says of a file system that is looked for.
 *
 * Not libmount: it undoes the kernel's escapes before it divides the options, so that a comma or a
 * quote in the name of one layer of an overlay hides the others, and it leaves out lines for which
 * memory lacks. What is taken for unused here is deleted.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

bool mount_is_on(const char *line, dev_t device);

/* Whether it is the kernel's own rootfs, be that a ramfs or a tmpfs. */
bool mount_is_rootfs(const char *line);

/*
 * Whether it is an overlay that may have a directory of the tree for a layer. An overlay has a
 * device of its own, and of its layers the paths alone are known, by which they were found when all
 * else was mounted on the tree; so a directory of the tree counts where it is written to, or has
 * anything in it.
 */
bool mount_is_over(const char *line, int tree);

/* Where the line is of a mount namespace that is kept as a mount, its inode number and the path of
 * the mount: 1; else 0, or a negative errno. */
int mount_parse_namespace(const char *line, ino_t *ret_number, char path[static PATH_MAX]);
