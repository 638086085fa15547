/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes and times that do not fit a long of 32 bits. It is also built for such a machine. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "data.h"
#include "detached.h"
#include "test.h"
#include "tree.h"

#define GIB ((off_t)1 << 30)
#define YEAR_2106 INT64_C(4300000000)

/* All holes, so that it takes no memory; extents_read() is not called. */
static void copy_extent(off_t size)
{
	struct extents extents = { .items = &extents.one, .n = 1, .one = { 0, size } };
	_cleanup_close_ int in = memfd_create("large", MFD_CLOEXEC),
			    out = open("/dev/null", O_WRONLY | O_CLOEXEC);

	CHECK_INT(ftruncate(in, size), 0, "ftruncate");
	CHECK_INT(data_copy(in, out, &extents, size), 0, "data_copy");
	CHECK_INT(lseek(in, 0, SEEK_CUR), 0, "the place in the file");
}

static void make_file(int root, off_t size)
{
	const struct timespec times[2] = { { YEAR_2106, 1 }, { YEAR_2106 + 1, 2 } };
	_cleanup_close_ int fd = openat(root, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	CHECK_INT(ftruncate(fd, size), 0, "ftruncate");
	CHECK_INT(pwrite(fd, "end", 3, size - 3), 3, "pwrite");
	CHECK_INT(futimens(fd, times), 0, "futimens");
}

static void check_file(int root, off_t size)
{
	_cleanup_close_ int fd = openat(root, "file", O_RDONLY | O_NOATIME | O_CLOEXEC);
	char end[4] = "";
	struct stat st = {};

	CHECK_INT(fstat(fd, &st), 0, "fstat");
	CHECK_INT(st.st_size, size, "size");
	CHECK_INT(st.st_atim.tv_sec, YEAR_2106, "atime");
	CHECK_INT(st.st_mtim.tv_sec, YEAR_2106 + 1, "mtime");
	CHECK_INT(pread(fd, end, 3, size - 3), 3, "pread");
	CHECK_TEXT(end, "end", "data");
}

/* Reading does not update the access times. */
static int mount_noatime(const char *type)
{
	struct mount_attr noatime = { .attr_clr = MOUNT_ATTR__ATIME,
				      .attr_set = MOUNT_ATTR_NOATIME };
	int fd = detached_mount(type);

	CHECK_INT(mount_setattr(fd, "", AT_EMPTY_PATH, &noatime, sizeof noatime), 0, "noatime");
	return fd;
}

/* Moves a file there and back. */
static void move_file(const char *from_type, off_t size)
{
	_cleanup_close_ int from = mount_noatime(from_type), to = detached_mount("tmpfs");
	const struct tree_options options = { .names = 2 };
	struct tree_size measured = {};
	char *path = NULL;
	int undo_error;

	make_file(from, size);
	CHECK_INT(tree_measure(from, &options, &measured, &path), 0, "tree_measure");
	CHECK(measured.bytes <= 4096, "%s: %llu bytes", from_type,
	      (unsigned long long)measured.bytes);
	CHECK_INT(tree_move(from, to, &options, &path, &undo_error), 0, from_type);
	check_file(to, size);
	CHECK_INT(tree_move_back(from, to, &path), 0, from_type);
	check_file(from, size);
}

int main(void)
{
	_cleanup_close_ int fs = detached_mount("tmpfs");

	if (fs == -EPERM)
		return 77;

	copy_extent(4 * GIB);
	copy_extent(5 * GIB + 1);
	move_file("tmpfs", 4 * GIB);
	move_file("ramfs", 8 * GIB);
	return TEST_RESULT;
}
