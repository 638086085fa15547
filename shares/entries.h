/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mounts that somebody asks for, in the order in which systemd-fstab-generator takes them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct entry {
	const char *origin; /* what messages name, such as "/etc/fstab". Not owned */
	bool in_sysroot;    /* a mount of the system to come, which the initrd makes */
	char *what, *where, *type, *options;
	char *unit; /* the mount unit, once place.h has found it. NULL: systemd makes none */
};

struct entries {
	struct entry *items;
	size_t n;
};

/* Adds a copy of the entry, unless systemd would ignore it for its type or its mount point. Returns
 * 0 or -ENOMEM. */
int entries_add(struct entries *entries, const struct entry *entry);

/*
 * Adds the lines of a file in the format of fstab(5). kind has the origin of its entries and
 * whether they are in_sysroot. Of those that are, only mounts for the initrd count: those with the
 * option x-initrd.mount, /usr and, if with_root, the root.
 *
 * Returns 0 or -ENOMEM.
 */
int entries_add_lines(struct entries *entries, FILE *file, const struct entry *kind,
		      bool with_root);

/* Whether systemd makes this entry of the system to come a mount of the initrd. */
bool entries_is_for_initrd(const struct entry *entry, bool with_root);

/* Moves all entries of more to the end of the list. Returns 0 or -ENOMEM. */
int entries_move(struct entries *entries, struct entries *more);

/* Whether one of them is a virtiofs or 9p mount. */
bool entries_have_share(const struct entries *entries);

/* Whether it is a virtiofs or 9p mount. */
bool entry_is_share(const struct entry *entry);

void entries_done(struct entries *entries);
