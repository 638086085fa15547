/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a transfer handles the names of files that have several, from any thread.
 */
#pragma once

#include "directory.h"
#include "transfer.h"

/* Handles one of them. Returns 0 or a negative errno. */
int transfer_hard_link(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx);

/* When the other names have moved, the link count no longer shows that the last one belongs to such
 * a file. Returns 1, or 0 if it does not and nothing was done, or a negative errno. */
int transfer_last_name(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx);

/* Records that the name in the open directory dir, of the tree that the transfer makes, is one of a
 * file that will get more of them. Returns NULL if out of memory, or if it could not be opened with
 * the flags when necessary. */
struct hard_link *transfer_add_hard_link(struct transfer *t, uint64_t inode, unsigned unseen,
					 const struct directory *directory, int dir,
					 const char *name, int flags);

/* Opens the new file of a hard link. Returns its descriptor or a negative errno. */
int transfer_open_hard_link(const struct transfer *t, const struct hard_link *link, int flags);
