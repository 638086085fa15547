/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/*
 * Whether the mount that is the caller's root has another one below it, as every root has except an
 * initramfs before Linux 7.0. pivot_root(2) checks this first, and no privileges and no attempt are
 * needed to determine it; it needs /proc.
 *
 * Returns 1 or 0, or a negative errno: -ENOENT if the root is not that of a mount.
 */
int root_mount_has_parent(void);

/* The same for the mount of that number, from a mountinfo file. */
int root_mount_has_parent_in(const char *mountinfo, uint64_t number);

/* The number of the mount that is the caller's root. Returns 0 or a negative errno. */
int root_mount_get(uint64_t *ret_number);
