/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Has PID 1, a systemd that runs in the initrd, make a mount that is attached nowhere its root. The
 * mount needs an os-release file.
 *
 * Returns 0 once PID 1 has agreed; all is done but its own part then, and it kills whoever is left.
 * Else a negative errno, and nothing is left of the attempt; *ret_reason is what PID 1 says against
 * it, or NULL; to be freed. SIGTERM is ignored from here on where it returns 0.
 */
int switch_root(int root, char **ret_reason);
