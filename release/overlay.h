/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mountinfo.h"

/*
 * Whether the mount is an overlay that may have a directory of the initramfs, which is open, for a
 * layer. An overlay has a device of its own, and of its layers the paths alone are known, by which
 * they were found when all else was mounted on the initramfs; so a directory of it counts where it
 * is written to, or has anything in it. 1, 0 or -ENOMEM.
 */
int overlay_has_layer_in(const struct mount *mount, int initramfs);
