/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the new root is mounted. Not in /run, which PID 1 carries over with all that is mounted in
 * it. */
#define SWITCH_ROOT_DIRECTORY "/.fstag-root"

/* Whether it can be: 0, or -ENOTDIR where something else than a directory is there, or another
 * negative errno. */
int switch_root_check(void);

/*
 * Has PID 1, a systemd that runs in the initrd, make a mount that is attached nowhere its root. The
 * mount needs an os-release file.
 *
 * Returns 0 once PID 1 has agreed; all is done but its own part then, and it kills whoever is left.
 * Else a negative errno, and nothing is left of the attempt; *ret_reason is what PID 1 says against
 * it, or NULL; to be freed. SIGTERM is ignored from here on where it returns 0.
 */
int switch_root(int root, char **ret_reason);
