/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that have more than one name, from the first name that was seen to the last. They are
 * not open in between: there may be more of them than open files are allowed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "attributes.h"

struct hard_link {
	struct hard_link *next;
	uint64_t inode;	 /* of the file in the tree that is walked */
	unsigned unseen; /* names; the first one counts as seen when the data is where it belongs */
	char *path;	 /* of the first name of the new file: "/a/b", from the root on. Owned */
	int to;		 /* instead, if the path is too long for the kernel: the open file. Owned */
	off_t shrunk;	 /* its size if some of its data is now only in the new file; else 0 */
	struct attributes *attributes; /* which it has lost. Owned; NULL: those of the new file */
};

/* The caller holds the lock. */
struct hard_links {
	struct hard_link **buckets;
	size_t n_buckets, n;
};

struct hard_link *hard_links_find(const struct hard_links *links, uint64_t inode);

/* NULL if out of memory. */
struct hard_link *hard_links_add(struct hard_links *links, uint64_t inode, unsigned unseen);

/* Counts a name as seen, and frees the entry after the last one. */
void hard_links_seen(struct hard_links *links, struct hard_link *link);

void hard_links_done(struct hard_links *links);
