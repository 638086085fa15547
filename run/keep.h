/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define NAMESPACE_DIRECTORY "/run/fstag"
#define NAMESPACE_FILE NAMESPACE_DIRECTORY "/namespace"

/*
 * Makes a mount namespace with a root that pivot_root(2) accepts, and keeps it as a mount on
 * NAMESPACE_FILE, which must exist and be in a private mount.
 *
 * Returns 0 or a negative errno: -ESRCH if /proc does not show the caller, -ENOTSUP if pivot_root
 * does not work in the namespace.
 */
int keep_new_namespace(void);
