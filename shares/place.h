/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mount units that systemd-fstab-generator makes of the entries. */
#pragma once

#include <stdbool.h>

struct cmdline;
struct entries;

/* How systemd calls /usr of the system to come: 252 mounts it there, later versions at /sysusr/usr
 * first. */
#define PLACE_SYSROOT_USR "sysroot-usr.mount"
#define PLACE_SYSUSR_USR "sysusr-usr.mount"

/*
 * Sets the unit of each entry that gets one. Of several entries with the same mount point, only the
 * first gets one, and none gets the units of the root and of /usr if the kernel command line names
 * these.
 *
 * Returns 0 or -ENOMEM.
 */
int place_entries(struct entries *entries, const struct cmdline *cmdline, bool is_initrd);
