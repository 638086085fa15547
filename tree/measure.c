/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "attributes.h"
#include "cleanup.h"
#include "data.h"
#include "extents.h"

static void add(uint64_t *sum, uint64_t n)
{
	(void)__atomic_add_fetch(sum, n, __ATOMIC_RELAXED);
}

static void count_open(struct measure *measure)
{
	uint64_t open = __atomic_add_fetch(&measure->open, 1, __ATOMIC_RELAXED),
		 most = __atomic_load_n(&measure->size.directories, __ATOMIC_RELAXED);

	while (open > most &&
	       !__atomic_compare_exchange_n(&measure->size.directories, &most, open, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

/* For an open directory, or a name in the current one. */
static int measure_xattrs(struct measure *measure, int fd, const char *name, unsigned names)
{
	_cleanup_(attributes_done) struct attributes attributes = {};
	int r = attributes_read_xattrs(&attributes, fd, name);

	if (r >= 0)
		add(&measure->size.xattrs, attributes_xattr_space(&attributes) / names);
	return r;
}

static int enter(void *context, struct directory *directory)
{
	struct measure *measure = context;
	int r = measure->is_ramfs ? 0 : measure_xattrs(measure, directory->from, NULL, 1);

	if (r < 0)
		return r;

	add(&measure->size.names, 1);
	count_open(measure);
	return 0;
}

/* The size is good enough for small files; a sparse file of a ramfs has to be examined. */
static int measure_sparse(struct directory *directory, const char *name, const struct statx *stx,
			  uint64_t *bytes)
{
	_cleanup_(extents_done) struct extents extents = {};
	_cleanup_close_ int fd =
		openat(directory->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;

	r = extents_read(&extents, fd, 0, (off_t)stx->stx_size, 0, true);
	if (r < 0)
		return r;

	*bytes = (uint64_t)extents_bytes(&extents);
	return 0;
}

static int measure_data(const struct measure *measure, struct directory *directory,
			const char *name, const struct statx *stx, uint64_t *bytes)
{
	*bytes = stx->stx_blocks * 512;
	if (!measure->is_ramfs)
		return 0;

	*bytes = (stx->stx_size + stx->stx_blksize - 1) / stx->stx_blksize * stx->stx_blksize;
	return S_ISREG(stx->stx_mode) && stx->stx_size > (uint64_t)DATA_STEP
		       ? measure_sparse(directory, name, stx, bytes)
		       : 0;
}

static int entry(void *context, struct directory *directory, const char *name,
		 const struct statx *stx)
{
	struct measure *measure = context;
	unsigned names = stx->stx_nlink ?: 1; /* none if it is being deleted */
	uint64_t bytes;
	int r = measure_data(measure, directory, name, stx, &bytes);

	if (r >= 0 && !measure->is_ramfs)
		r = fchdir(directory->from) < 0 ? -errno
						: measure_xattrs(measure, -EBADF, name, names);
	if (r < 0)
		return r;

	add(&measure->size.names, 1);
	add(&measure->size.bytes, bytes / names);
	return 0;
}

static int leave(void *context, struct directory *directory)
{
	struct measure *measure = context;

	(void)directory;
	(void)__atomic_sub_fetch(&measure->open, 1, __ATOMIC_RELAXED);
	return 0;
}

const struct visitor measure_visitor = { .enter = enter, .entry = entry, .leave = leave };
