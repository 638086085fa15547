/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters of the kernel command line about further mounts. Text in, struct out. */
#pragma once

#include <stdbool.h>

struct entries;

struct extra {
	bool fstab; /* fstab= and rd.fstab=: whether the fstabs count */
};

#define EXTRA_INIT                                                                                 \
	{                                                                                          \
		.fstab = true                                                                      \
	}

/*
 * Reads fstab= and rd.fstab=, and adds the mounts of systemd.mount-extra= and, in the initrd,
 * rd.systemd.mount-extra=. Text is modified. What systemd would ignore is ignored here: it says so.
 *
 * Returns 0 or -ENOMEM.
 */
int extra_parse(char *text, bool is_initrd, struct extra *extra, struct entries *entries);
