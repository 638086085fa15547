/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the new root is mounted. Not in /run, which PID 1 moves to the new root with all its
 * mounts. */
#define SWITCH_ROOT_DIRECTORY "/.fstag-root"

/* Whether it can be mounted there: 0, or -ENOTDIR if the path exists but is not a directory, or
 * another negative errno. */
int switch_root_check(void);

/*
 * Makes PID 1, a systemd that runs in the initrd, switch to a detached mount as its root. The mount
 * needs an os-release file.
 *
 * Returns 0 once PID 1 has agreed; only its own part is left then, and it kills the remaining
 * processes. Otherwise returns a negative errno, and nothing is left of the attempt; *ret_reason is
 * the reason from PID 1, or NULL; to be freed. If it returns 0, SIGTERM is ignored from here on.
 */
int switch_root(int root, char **ret_reason);
