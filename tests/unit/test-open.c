/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is open elsewhere keeps its data when it moves, and arrives complete. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "data.h"
#include "detached.h"
#include "test.h"
#include "tree.h"

#define SIZE (3 * (size_t)DATA_STEP)

static int make_file(int root, const char *name, int flags)
{
	_cleanup_free_ char *bytes = malloc(SIZE);
	_cleanup_close_ int fd = openat(root, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	memset(bytes, 'x', SIZE);
	CHECK_INT(write(fd, bytes, SIZE), SIZE, name);
	return openat(root, name, flags | O_CLOEXEC);
}

static void check_open(int fd, const char *name)
{
	char byte = 0;
	struct stat st = {};

	CHECK_INT(fstat(fd, &st), 0, name);
	CHECK_INT(st.st_size, SIZE, name);
	CHECK_INT(pread(fd, &byte, 1, (off_t)SIZE - 1), 1, name);
	CHECK_INT(byte, 'x', name);
}

static void check_arrived(int root, const char *name)
{
	_cleanup_close_ int fd = openat(root, name, O_RDONLY | O_CLOEXEC);

	check_open(fd, name);
}

static void move(const char *type)
{
	_cleanup_close_ int from = detached_mount(type), to = detached_mount("tmpfs"),
			    reader = make_file(from, "read", O_RDONLY),
			    writer = make_file(from, "written", O_RDWR),
			    linked = make_file(from, "linked", O_RDONLY),
			    other = make_file(from, "other", O_PATH);
	const struct tree_options options = {};
	_cleanup_free_ char *path = NULL;
	struct stat st = {};
	int undo_error;

	CHECK_INT(linkat(from, "linked", from, "name", 0), 0, "name");
	CHECK_INT(tree_move(from, to, &options, &path, &undo_error), 0, type);
	check_open(reader, "read");
	check_open(writer, "written");
	check_open(linked, "linked");
	check_arrived(to, "read");
	check_arrived(to, "written");
	check_arrived(to, "linked");
	check_arrived(to, "name");
	check_arrived(to, "other");
	/* Hardly any data of a file that is not open elsewhere exists twice. */
	CHECK_INT(fstat(other, &st), 0, "other");
	CHECK_INT(st.st_size, 0, "other");
}

int main(void)
{
	_cleanup_close_ int fs = detached_mount("ramfs");

	if (fs == -EPERM)
		return 77;

	move("ramfs");
	move("tmpfs");
	return TEST_RESULT;
}
