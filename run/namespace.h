/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mount namespace that the callers of fstag-run share. Its root is a second mount of the
 * system's, with all that is mounted below; pivot_root(2) and user namespaces work in it.
 *
 * It lives as long as the system, or until somebody unmounts NAMESPACE_FILE and the last process in
 * it ends.
 */
#pragma once

#include "keep.h"

/*
 * Makes the namespace, unless it is there, keeps it as a mount on NAMESPACE_FILE, and moves the
 * caller into it as namespace_enter() does. Callers at the same time make one. One that is stale is
 * replaced.
 *
 * Returns 1 or a negative errno: -ESRCH where /proc does not show the caller, -ENOTSUP where
 * pivot_root does not work in it, -EXDEV where the caller is in a chroot. On failure to make it all
 * is as it was.
 */
int namespace_make(void);

/*
 * Moves the caller, who must have one thread, into the namespace; the working directory stays the
 * same where it is there, too, else it becomes `/`.
 *
 * Returns 1, 0 where there is none, or none that the caller may enter, or one of a root before
 * the present one, or a negative errno: -EXDEV where its root is not the caller's, who is in a
 * chroot; that leaves the caller with another root.
 */
int namespace_enter(void);
