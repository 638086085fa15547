/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds what uses the initramfs, anywhere on the machine. */
#pragma once

struct initramfs;

#define USER_MAX 128

/*
 * Looks for users of the initramfs: a mount of it or of a directory of it, or an overlay over one,
 * in any mount namespace; a loop device with its file there; a process with its root, its working
 * directory, its program, or a file that it has open or mapped. There can be no swap file in it:
 * neither a ramfs nor a tmpfs has blocks. The caller itself, which must have one thread, does not
 * count; during the search, its mount namespace changes.
 *
 * Returns 1 with a short text that names the first user found, or 0, or a negative errno if it
 * cannot tell.
 */
int users_find(const struct initramfs *initramfs, char user[static USER_MAX]);
