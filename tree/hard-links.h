/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that have more than one name, from the first of them that was seen to the last. They
 * are not open in between: there may be more of them than can be.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attributes.h"

struct hard_link {
	struct hard_link *next;
	uint64_t inode;	 /* where the names are seen */
	unsigned unseen; /* names, the first being seen when its data is where it belongs */
	char *path;	 /* of the first name of the new file: "/a/b", from the root on. Owned */
	int to;		 /* instead, where that is too long for the kernel: the open file. Owned */
	off_t shrunk; /* this size, and data that now is in the new file alone; 0: nothing was taken
			 away */
	struct attributes *attributes; /* which it has lost. Owned; NULL: those of the new file */
};

/* The caller locks. */
struct hard_links {
	struct hard_link **buckets;
	size_t n_buckets, n;
};

struct hard_link *hard_links_find(const struct hard_links *links, uint64_t inode);

/* NULL where memory lacks. */
struct hard_link *hard_links_add(struct hard_links *links, uint64_t inode, unsigned unseen);

/* Counts a name off, and forgets the file at the last. */
void hard_links_seen(struct hard_links *links, struct hard_link *link);

void hard_links_done(struct hard_links *links);
