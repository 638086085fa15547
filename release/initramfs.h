/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The initramfs, as seen by a process that was started in it and outlives the switch-root. */
#pragma once

#include <sys/types.h>

struct initramfs {
	int root; /* its top directory, through a mount of our own that has no other one on it */
	int proc; /* procfs, sysfs and devtmpfs, which no path of ours may reach after the */
	int sys, dev; /* switch */
	dev_t device; /* as long as root is open, no other file system gets this number */
};

#define INITRAMFS_INIT                                                                             \
	{                                                                                          \
		.root = -EBADF, .proc = -EBADF, .sys = -EBADF, .dev = -EBADF                       \
	}

/*
 * Holds the initramfs. To be called before the switch, with PID 1's root as our own.
 *
 * Returns 0, or -ENODEV where the root is none, or another negative errno. initramfs_done() is due
 * in each case.
 */
int initramfs_hold(struct initramfs *initramfs);

void initramfs_done(struct initramfs *initramfs);

/*
 * Whether PID 1 has done with it: another root, and another program than it had there. systemd
 * empties the old root, where it does that at all, between the two.
 *
 * Returns 1 or 0, or a negative errno.
 */
int initramfs_is_left(const struct initramfs *initramfs);
