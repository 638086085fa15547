/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who uses the initramfs, wherever on the machine. */
#pragma once

struct initramfs;

#define USER_MAX 128

/*
 * Looks for what lives in the initramfs: a mount of it or of a directory of it, or an overlay over
 * one, in any mount namespace; a loop device with its file there; a process with its root, its
 * working directory, its program, or a file that it has open or mapped. Swap cannot be in one:
 * neither a ramfs nor a tmpfs has blocks. The caller itself does not count, who must have one
 * thread; while it looks, its mount namespace changes.
 *
 * Returns 1 with a short text that names the first user found, or 0, or a negative errno where it
 * cannot be known.
 */
int users_find(const struct initramfs *initramfs, char user[static USER_MAX]);
