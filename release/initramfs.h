/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The initramfs, for a process that was started in it and outlives the switch-root. */
#pragma once

#include <sys/types.h>

struct initramfs {
	int root;     /* its top directory, through a separate mount that has no other one on it */
	int proc;     /* procfs, sysfs and devtmpfs, which may not be reachable by path after the */
	int sys, dev; /* switch */
	dev_t device; /* no other file system gets this number as long as root is open */
};

#define INITRAMFS_INIT                                                                             \
	{                                                                                          \
		.root = -EBADF, .proc = -EBADF, .sys = -EBADF, .dev = -EBADF                       \
	}

/*
 * Holds the initramfs. Call it before the switch, with the same root as PID 1.
 *
 * Returns 0, or -ENODEV if the root is not an initramfs, or another negative errno. The caller must
 * call initramfs_done() in every case.
 */
int initramfs_hold(struct initramfs *initramfs);

void initramfs_done(struct initramfs *initramfs);

/*
 * Whether PID 1 has left it: it has another root, and executes another program than it did there.
 * systemd empties the old root, if it does that at all, between the two.
 *
 * Returns 1 or 0, or a negative errno.
 */
int initramfs_is_left(const struct initramfs *initramfs);
