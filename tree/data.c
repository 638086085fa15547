/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data.h"

#include <errno.h>
#include <sys/param.h>
#include <sys/sendfile.h>
#include <unistd.h>

/* Fits any size_t. */
#define MOST_AT_ONCE ((off_t)1 << 30)

/* The kernel does the copying: it reads directly from the pages of in, and so copies once, not
 * twice. */
static int copy_range(int in, int out, off_t start, off_t end)
{
	if (lseek(out, start, SEEK_SET) < 0)
		return -errno;

	while (start < end) {
		ssize_t n = sendfile(out, in, &start, (size_t)MIN(end - start, MOST_AT_ONCE));

		if (n < 0)
			return -errno;
		if (n == 0) /* another process truncated it */
			return -ESTALE;
	}

	return 0;
}

static bool ends_in_hole(const struct extents *extents, off_t size)
{
	return size > 0 && (extents->n == 0 || extents->items[extents->n - 1].end < size);
}

int data_copy(int in, int out, const struct extents *extents, off_t size)
{
	for (size_t i = 0; i < extents->n; i++) {
		const struct extent *extent = &extents->items[i];
		int r = copy_range(in, out, extent->start, extent->end);

		if (r < 0)
			return r;
	}

	return ends_in_hole(extents, size) && ftruncate(out, size) < 0 ? -errno : 0;
}

static int move_extent(int in, int out, const struct extent *extent, off_t *moved)
{
	for (off_t end = extent->end; end > extent->start;) {
		off_t start = MAX(extent->start, end - DATA_STEP);
		int r = copy_range(in, out, start, end);

		if (r < 0)
			return r;
		if (ftruncate(in, start) < 0)
			return -errno;

		*moved = end = start;
	}

	return 0;
}

int data_move(int in, int out, const struct extents *extents, off_t size, off_t *moved)
{
	/* First, so that out is never shorter than its data. */
	if (ftruncate(out, size) < 0)
		return -errno;

	*moved = size;
	for (size_t i = extents->n; i > 0; i--) {
		int r = move_extent(in, out, &extents->items[i - 1], moved);

		if (r < 0)
			return r;
	}

	return 0;
}
