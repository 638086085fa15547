/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a mount, as libmount reads it from mountinfo, says of a file system that is looked for. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct libmnt_fs;

bool mount_is_on(struct libmnt_fs *mount, dev_t device);

/* Whether it is the kernel's own rootfs, be that a ramfs or a tmpfs. */
bool mount_is_rootfs(struct libmnt_fs *mount);

/*
 * Whether it is an overlay that may have a folder of the tree for a layer. An overlay has a device
 * of its own, and of its layers the paths alone are known, by which they were found when all else
 * was mounted on the tree; so a folder of the tree that has anything in it counts.
 */
bool mount_is_over(struct libmnt_fs *mount, int tree);
