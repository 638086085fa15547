/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a file has data, and where it has holes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct extent {
	off_t start, end; /* of the data; in bytes */
};

struct extents {
	struct extent *items; /* in ascending order */
	size_t n;
	struct extent one; /* the items in the usual case; otherwise they are owned */
};

/*
 * Examines the range from start to end of a file of a tmpfs or, with is_ramfs, of a ramfs. blocks
 * is stat's number of blocks (of 512 bytes), which avoids the search in the usual case. It reads no
 * data, because that would fill the holes of a ramfs.
 *
 * Returns 0 or a negative errno.
 */
int extents_read(struct extents *extents, int fd, off_t start, off_t end, blkcnt_t blocks,
		 bool is_ramfs);

/* The number of bytes of data. */
off_t extents_bytes(const struct extents *extents);

void extents_done(struct extents *extents);
