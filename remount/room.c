/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/vfs.h>

#include "proc.h"

/*
 * Memory needed per item in addition to the data, at most (measured on Linux 6.18: 435, 1487 and
 * 1735 bytes):
 *
 * A name that moves frees its old inode and name, except for a file some of whose names have yet to
 * move. A name that is copied frees nothing; it may be 255 bytes long. A directory is in both
 * trees, and open, until everything below it has moved. Extended attributes of a file with several
 * names are in both until the last of these has moved; the kernel rounds each up to a power of two.
 */
#define BYTES_PER_NAME_MOVED 512
#define BYTES_PER_NAME_COPIED 1536
#define BYTES_PER_DIRECTORY 1792
#define XATTRS_FACTOR 2
/* A tmpfs counts extended attributes in units of this against nr_inodes=. */
#define BYTES_PER_INODE 1024
/* Data in transit, and the kernel's caches for each processor. */
#define BYTES_BESIDE ((uint64_t)16 << 20)

#define MEBI(bytes) ((bytes) >> 20)

static int set_problem(char **ret_problem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int set_problem(char **ret_problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(ret_problem, format, arguments) < 0)
		*ret_problem = NULL;
	va_end(arguments);
	return -ENOSPC;
}

static int check_limits(const struct tree_size *size, int root, const char *parameter,
			char **ret_problem)
{
	struct statfs fs;
	uint64_t bytes, inodes;

	if (fstatfs(root, &fs) < 0)
		return -errno;

	/* 0 means no limit. */
	bytes = (uint64_t)fs.f_blocks * (uint64_t)fs.f_bsize;
	if (bytes > 0 && bytes < size->bytes)
		return set_problem(ret_problem,
				   "%s= allows %" PRIu64 " MiB, but the initramfs contains %" PRIu64
				   " MiB",
				   parameter, MEBI(bytes), MEBI(size->bytes));
	inodes = size->names + (size->xattrs + BYTES_PER_INODE - 1) / BYTES_PER_INODE;
	if (fs.f_files > 0 && fs.f_files < inodes)
		return set_problem(ret_problem,
				   "%s= allows %" PRIu64
				   " files, but the initramfs contains %" PRIu64,
				   parameter, (uint64_t)fs.f_files, inodes);

	return 0;
}

uint64_t room_memory(const struct tree_size *size, bool moves)
{
	return BYTES_BESIDE + size->xattrs * XATTRS_FACTOR +
	       (size->is_exact ? size->directories : size->names) * BYTES_PER_DIRECTORY +
	       (moves ? size->names * BYTES_PER_NAME_MOVED
		      : size->bytes + size->names * BYTES_PER_NAME_COPIED);
}

static int check_memory(const struct tree_size *size, bool moves, int proc, char **ret_problem)
{
	uint64_t needed, available;
	int r = proc_available_memory(proc, &available);

	if (r < 0)
		return r;

	needed = room_memory(size, moves);
	if (needed <= available)
		return 0;

	(void)set_problem(ret_problem,
			  "%" PRIu64 " MiB of memory are needed to %s the initramfs, %" PRIu64
			  " MiB are available",
			  MEBI(needed), moves ? "move" : "copy", MEBI(available));
	return -ENOMEM;
}

int room_check(const struct tree_size *size, bool moves, int root, int proc, const char *parameter,
	       char **ret_problem)
{
	int r = check_limits(size, root, parameter, ret_problem);

	return r < 0 ? r : check_memory(size, moves, proc, ret_problem);
}
