/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mount namespace that the callers of fstag-run share. Its root is a second mount of the
 * system's root, with everything that is mounted below; pivot_root(2) and user namespaces work in
 * it.
 *
 * It lives as long as the system, or until NAMESPACE_FILE is unmounted and the last process in it
 * ends.
 */
#pragma once

#include "keep.h"

/*
 * Makes the namespace unless it exists, keeps it as a mount on NAMESPACE_FILE, and moves the caller
 * into it as namespace_enter() does. Concurrent callers make only one. A stale one is replaced.
 *
 * Returns 1 or a negative errno: -ESRCH if /proc does not show the caller, -ENOTSUP if pivot_root
 * does not work in the namespace, -EXDEV if the caller is in a chroot. If the namespace cannot be
 * made, everything is as before.
 */
int namespace_make(void);

/*
 * Moves the caller, which must have one thread, into the namespace; the working directory stays the
 * same if it exists there, else it becomes `/`.
 *
 * Returns 1, 0 if there is no namespace, or none that the caller may enter, or one of a former
 * root, or a negative errno: -EXDEV if its root is not the caller's, which is then in a chroot;
 * that leaves the caller with another root.
 */
int namespace_enter(void);
