/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a transfer does with the names of files that have several, from any thread.
 */
#pragma once

#include "directory.h"
#include "transfer.h"

/* One of them. Returns 0 or a negative errno. */
int transfer_hard_link(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx);

/* The last name of a file says nothing of that when the others have moved. Returns 1, or 0 where it
 * is none and nothing was done, or a negative errno. */
int transfer_last_name(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx);

/* Notes that the name in the open directory dir, of the tree that the transfer makes, is one of a
 * file that is to get more of them. Returns NULL where memory lacks, or it could not be opened with
 * the flags where that is needed. */
struct hard_link *transfer_add_hard_link(struct transfer *t, uint64_t inode, unsigned unseen,
					 const struct directory *directory, int dir,
					 const char *name, int flags);

/* Opens the new file of a hard link. Returns its descriptor or a negative errno. */
int transfer_open_hard_link(const struct transfer *t, const struct hard_link *link, int flags);
