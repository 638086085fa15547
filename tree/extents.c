/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extents.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

/* The headers may be older than the kernel. On these architectures the number differs; -1 is not a
 * system call. */
#ifndef SYS_cachestat
#if defined __alpha__ || defined __mips__
#define SYS_cachestat (-1)
#else
#define SYS_cachestat 451
#endif
#endif

/* How much of a file is examined in one call of mincore(2), which returns a byte per page. */
#define WINDOW_PAGES 16384

static int append(struct extents *extents, off_t start, off_t end)
{
	struct extent *last = extents->n > 0 ? &extents->items[extents->n - 1] : NULL;
	struct extent *items = extents->items;

	if (last && last->end == start) {
		last->end = end;
		return 0;
	}
	if (extents->n == 0) {
		extents->items = &extents->one;
	} else if ((extents->n & (extents->n - 1)) == 0) { /* full at each power of two */
		items = reallocarray(extents->n == 1 ? NULL : items, 2 * extents->n, sizeof *items);
		if (!items)
			return -ENOMEM;
		if (extents->n == 1)
			items[0] = extents->one;
		extents->items = items;
	}

	extents->items[extents->n++] = (struct extent){ start, end };
	return 0;
}

static int seek_extents(struct extents *extents, int fd, off_t start, off_t end)
{
	while (start < end) {
		off_t data = lseek(fd, start, SEEK_DATA), hole;
		int r;

		if (data < 0)
			return errno == ENXIO ? 0 : -errno; /* only a hole follows */
		if (data >= end)
			return 0;

		hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0)
			return -errno;

		hole = MIN(hole, end);
		r = append(extents, data, hole);
		if (r < 0)
			return r;

		start = hole;
	}

	return 0;
}

static off_t count_pages(off_t start, off_t end)
{
	off_t page_size = sysconf(_SC_PAGESIZE);

	return (end - 1) / page_size + 1 - start / page_size;
}

/* How many pages of the range are in the page cache. -1: Linux before 6.5 cannot tell. */
static off_t count_resident(int fd, off_t start, off_t end)
{
	struct {
		uint64_t offset, length;
	} range = { (uint64_t)start, (uint64_t)(end - start) };
	struct {
		uint64_t cached, dirty, written_back, evicted, recently_evicted;
	} found = {};

	return syscall(SYS_cachestat, fd, &range, &found, 0) == 0 ? (off_t)found.cached : -1;
}

static int append_pages(struct extents *extents, const unsigned char *pages, off_t start, off_t end)
{
	off_t page_size = sysconf(_SC_PAGESIZE);

	for (off_t at = start; at < end; at += page_size, pages++) {
		int r = *pages & 1 ? append(extents, at, MIN(at + page_size, end)) : 0;

		if (r < 0)
			return r;
	}

	return 0;
}

static int look_at_window(struct extents *extents, int fd, off_t start, off_t end)
{
	_cleanup_free_ unsigned char *pages = malloc((size_t)count_pages(start, end));
	size_t size = (size_t)(end - start);
	void *map;
	int r;

	if (!pages)
		return -ENOMEM;

	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, start);
	if (map == MAP_FAILED)
		return -errno;

	r = mincore(map, size, pages) < 0 ? -errno : 0;
	(void)munmap(map, size);
	return r < 0 ? r : append_pages(extents, pages, start, end);
}

/*
 * A ramfs supports neither SEEK_DATA nor st_blocks. But all of its data is in the page cache, and
 * everything else is a hole. The range is halved repeatedly: where the kernel counts pages, a large
 * hole costs nothing; start is the start of a page. mincore(2) alone would do, but slowly, and its
 * mappings make threads wait for each other.
 */
static int resident_extents(struct extents *extents, int fd, off_t start, off_t end)
{
	off_t window = WINDOW_PAGES * (off_t)sysconf(_SC_PAGESIZE), middle;
	off_t resident = count_resident(fd, start, end);
	int r;

	if (resident == 0)
		return 0;
	if (resident == count_pages(start, end))
		return append(extents, start, end);
	if (end - start <= window)
		return look_at_window(extents, fd, start, end);

	middle = start + ((end - start) / window + 1) / 2 * window;
	r = resident_extents(extents, fd, start, middle);
	return r < 0 ? r : resident_extents(extents, fd, middle, end);
}

static void clip(struct extents *extents, off_t start)
{
	if (extents->n > 0 && extents->items[0].start < start)
		extents->items[0].start = start;
}

int extents_read(struct extents *extents, int fd, off_t start, off_t end, blkcnt_t blocks,
		 bool is_ramfs)
{
	int r;

	*extents = (struct extents){};
	if (start >= end)
		return 0;
	if (!is_ramfs && blocks >= (end - 1) / 512 + 1)
		return append(extents, start, end);

	/* Whole pages count as data, so start may be in the middle of one. */
	r = is_ramfs ? resident_extents(extents, fd, start - start % sysconf(_SC_PAGESIZE), end)
		     : seek_extents(extents, fd, start, end);
	if (r < 0)
		extents_done(extents);
	clip(extents, start);
	return r;
}

off_t extents_bytes(const struct extents *extents)
{
	off_t bytes = 0;

	for (size_t i = 0; i < extents->n; i++)
		bytes += extents->items[i].end - extents->items[i].start;

	return bytes;
}

void extents_done(struct extents *extents)
{
	if (extents->items != &extents->one)
		free(extents->items);
	*extents = (struct extents){};
}
