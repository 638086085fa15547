/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open files that follow their tree. */
#include "held.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "proc.h"
#include "processors.h"
#include "test.h"
#include "tree.h"

enum {
	WRITER,
	ITS_COPY,
	APPENDER,
	READER,
	DIRECTORY,
	POINTER,
	RENAMED,
	AGAIN,
	DELETED,
	OURS,
	FIFO,
	FDS
};

static void open_all(int root, int *fds)
{
	CHECK_INT(mkdirat(root, "a", 0700), 0, "a");
	CHECK_INT(mknodat(root, "fifo", S_IFIFO | 0600, 0), 0, "fifo");
	fds[WRITER] = openat(root, "a/log", O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0600);
	fds[ITS_COPY] = dup(fds[WRITER]);
	CHECK_INT(write(fds[WRITER], "one ", 4), 4, "one");
	fds[APPENDER] = openat(root, "a/log", O_RDWR | O_APPEND);
	fds[READER] = openat(root, "a/log", O_RDONLY);
	CHECK_INT(lseek(fds[READER], 1, SEEK_SET), 1, "lseek");
	fds[DIRECTORY] = openat(root, "a", O_RDONLY | O_DIRECTORY);
	fds[POINTER] = openat(root, "fifo", O_PATH);
	fds[RENAMED] = openat(root, "first", O_WRONLY | O_CREAT, 0600);
	fds[AGAIN] = openat(root, "first", O_RDONLY);
	CHECK_INT(linkat(root, "first", root, "a/second", 0), 0, "a/second");
	CHECK_INT(unlinkat(root, "first", 0), 0, "first");
	CHECK_INT(mknodat(root, "first", S_IFREG | 0600, 0), 0, "another one of the name");
	fds[DELETED] = openat(root, "deleted", O_RDWR | O_CREAT, 0600);
	CHECK_INT(unlinkat(root, "deleted", 0), 0, "deleted");
	fds[OURS] = openat(root, "a/log", O_RDONLY | O_CLOEXEC);
	fds[FIFO] = openat(root, "fifo", O_RDWR);
}

static void check_all(int from, int to, const int *fds)
{
	struct stat st = {}, old, new;
	char text[16] = "";

	CHECK_INT(fstat(from, &old) | fstat(to, &new), 0, "fstat");
	for (int i = 0; i < FDS; i++) {
		char name[16];

		(void)snprintf(name, sizeof name, "device of %d", i);
		CHECK_INT(fstat(fds[i], &st), 0, name);
		CHECK_INT(st.st_dev, i >= DELETED ? old.st_dev : new.st_dev, name);
		CHECK_INT(!!(fcntl(fds[i], F_GETFD) & FD_CLOEXEC), i == OURS, name);
	}

	CHECK_INT(write(fds[WRITER], "two ", 4), 4, "two");
	CHECK_INT(write(fds[ITS_COPY], "three ", 6), 6, "three");
	CHECK_INT(write(fds[APPENDER], "end", 3), 3, "end");
	CHECK_INT(read(fds[READER], text, sizeof text - 1), 15, "read");
	CHECK_TEXT(text, "ne two three en", "text");
	CHECK_INT(fcntl(fds[WRITER], F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK | O_WRONLY,
		  "flags");
	CHECK_INT(write(fds[RENAMED], "more", 4), 4, "more");
	CHECK_INT(read(fds[AGAIN], text, sizeof text - 1), 4, "read what has another name");
	CHECK_INT(fstatat(to, "a/second", &st, 0), 0, "a/second");
	CHECK_INT(st.st_size, 4, "its size");
	CHECK_INT(fcntl(fds[POINTER], F_GETFL) & O_PATH, O_PATH, "flags of a path");
}

static void follow(int proc, const char *type, bool moves)
{
	_cleanup_close_ int from = detached_mount(type), to = detached_mount("tmpfs");
	const struct tree_options options = {};
	_cleanup_(held_done) struct held held = {};
	_cleanup_free_ char *path = NULL;
	int fds[FDS], undo_error;

	open_all(from, fds);
	CHECK_INT(held_read(&held, proc, from), 0, "held_read");
	CHECK_INT(held.n, DELETED, "files");
	CHECK_INT(moves ? tree_move(from, to, &options, &path, &undo_error)
			: tree_copy(from, to, &options, &path),
		  0, type);
	CHECK_INT(held_reopen(&held, to), 0, "held_reopen");
	check_all(from, to, fds);
	for (int i = 0; i < FDS; i++)
		(void)close(fds[i]);
}

int main(void)
{
	_cleanup_close_ int proc = proc_open(), fs = detached_mount("ramfs");

	if (fs == -EPERM)
		return 77;

	use_processors(1);
	follow(proc, "ramfs", true);
	follow(proc, "tmpfs", true);
	follow(proc, "tmpfs", false);
	return TEST_RESULT;
}
