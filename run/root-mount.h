/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

/*
 * Whether the mount that is the caller's root has another one below it, as every root has but an
 * initramfs before Linux 7.0. It is what pivot_root(2) asks of a root first, and what anybody may
 * know without an attempt; it needs /proc.
 *
 * Returns 1 or 0, or a negative errno: -ENOENT where the root is not that of a mount.
 */
int root_mount_has_parent(void);

/* The same of a line of mountinfo, where that is of the mount of this number; else -ENOENT. */
int root_mount_parse_line(const char *line, uint64_t mount);

/* The number of the mount that is the caller's root. Returns 0 or a negative errno. */
int root_mount_get(uint64_t *ret_number);
