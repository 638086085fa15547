/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether pivot_root(2) accepts the caller's root: 1, or 0 if it fails with EINVAL; any other
 * failure is a negative errno.
 *
 * Only an attempt shows this. An initramfs is refused if its mount is its own parent, which depends
 * on what the kernel has below it; so is a root whose parent is shared. The attempt is made in the
 * mount namespace of a child and leaves no trace. It needs nothing mounted, and no privileges if
 * users may create namespaces.
 */
int pivot_root_works(void);
