/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mountinfo.h"

/*
 * Whether the mount is an overlay that may have a directory of the initramfs, which is open, as a
 * layer. An overlay has its own device number, and its layers are known only by the paths at which
 * they were found with everything else mounted on the initramfs; so a directory of the initramfs
 * counts if it is written to, or is not empty. 1, 0 or -ENOMEM.
 */
int overlay_has_layer_in(const struct mount *mount, int initramfs);
