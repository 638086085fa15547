/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a mount has to do with a file system that is looked for. */
#pragma once

#include <stdbool.h>

#include "mountinfo.h"

/* Whether it is the kernel's own rootfs, be that a ramfs or a tmpfs. */
bool mount_is_rootfs(const struct mount *mount);

/*
 * Whether it is an overlay that may have a directory of the initramfs, which is open, for a layer.
 * An overlay has a device of its own, and of its layers the paths alone are known, by which they
 * were found when all else was mounted on the initramfs; so a directory of it counts where it is
 * written to, or has anything in it. 1, 0 or -ENOMEM.
 */
int mount_is_over(const struct mount *mount, int initramfs);
