/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether pivot_root(2) accepts the caller's root: 1, or 0 where it says EINVAL; any other failure
 * is a negative errno.
 *
 * Nothing but an attempt tells. An initramfs is refused where its mount is its own parent, which
 * depends on what the kernel has below it; so is a root whose parent is shared. It is made in a
 * mount namespace of a child and leaves no trace. It needs nothing mounted, and no privileges where
 * users may make namespaces.
 */
int pivot_root_works(void);
