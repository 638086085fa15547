/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that have more than one name, from the first of them that was seen to the last.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attributes.h"

struct link {
	struct link *next;
	uint64_t inode;	 /* where the names are seen */
	unsigned unseen; /* names, the first being seen when its data is where it belongs */
	int from, to;	 /* both open, by whatever flags; -EBADF: none. Owned */
	off_t shrunk; /* this size, and data that now is in to alone; 0: nothing was taken away */
	struct attributes attributes; /* Owned; all 0: those of to */
};

/* The caller locks. */
struct links {
	struct link **buckets;
	size_t n_buckets, n;
};

struct link *links_find(const struct links *links, uint64_t inode);

/* Takes from and to over, also where it fails (with NULL: no memory). */
struct link *links_add(struct links *links, uint64_t inode, unsigned unseen, int from, int to);

/* Counts a name off, and forgets the link at the last. */
void links_seen(struct links *links, struct link *link);

void links_done(struct links *links);
