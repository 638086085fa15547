/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "empty.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* Far more than a process may have open, and with longer paths than there may be. */
#define DEPTH 5000
#define FILE_BYTES 8192

static void make_file(int dir, const char *name)
{
	static const char bytes[FILE_BYTES] = { 1 };
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK_INT(write(fd, bytes, sizeof bytes), FILE_BYTES, name);
	(void)close(fd);
}

static int make_folder(int dir, const char *name)
{
	int fd;

	CHECK_INT(mkdirat(dir, name, 0700), 0, name);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(fd >= 0, "%s", name);
	return fd;
}

static struct emptied empty(int dir)
{
	struct emptied emptied = {};

	CHECK_INT(empty_folder(dir, &emptied), 0, "empty");
	return emptied;
}

static void test_deep(int dir)
{
	int fd = make_folder(dir, "a");
	struct emptied emptied;

	for (int i = 0; i < DEPTH; i++) {
		int child = make_folder(fd, "a");

		(void)close(fd);
		fd = child;
	}
	make_file(fd, "file");
	(void)close(fd);

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 1, "deep files");
	CHECK_INT(emptied.n_bytes, FILE_BYTES, "deep bytes");
	CHECK_INT(emptied.n_left, 0, "deep left");
}

/* Names of one file count once, holes do not, and a link's target stays. */
static void test_count(int dir, int outside)
{
	int folder = make_folder(dir, "folder"), fd;
	struct emptied emptied;

	make_file(outside, "stays");
	make_file(dir, "file");
	CHECK_INT(linkat(dir, "file", folder, "other", 0), 0, "link");
	CHECK_INT(symlinkat("/proc/self/cwd", folder, "link"), 0, "symlink");
	CHECK_INT(mknodat(folder, "fifo", S_IFIFO | 0600, 0), 0, "fifo");
	fd = openat(folder, "hole", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK_INT(ftruncate(fd, 1 << 20), 0, "truncate");
	(void)close(fd);
	(void)close(folder);

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 4, "files");
	CHECK_INT(emptied.n_bytes, FILE_BYTES, "bytes");
	CHECK_INT(emptied.n_left, 0, "left");
	CHECK_INT(faccessat(outside, "stays", F_OK, 0), 0, "outside");
}

/* Somebody may have them for mount points or layers. */
static void test_empty_folders(int dir)
{
	int above = make_folder(dir, "above"), below = make_folder(above, "below");
	int top = make_folder(dir, "top"), full = make_folder(above, "full");
	struct emptied emptied;

	make_file(full, "file");
	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 1, "files beside empty folders");
	CHECK_INT(emptied.n_left, 0, "left of empty folders");
	make_file(top, "file");
	make_file(below, "file");
	CHECK_INT(mkdirat(above, "new", 0700), -1, "a folder that was not empty");
	CHECK_INT(mkdirat(full, "new", 0700), -1, "a folder that was not empty");
	(void)close(above);
	(void)close(below);
	(void)close(top);
	(void)close(full);

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 2, "files that came later");
}

/* What is mounted in it stays, with what is above. */
static void test_mount(int dir)
{
	struct emptied emptied;
	int folder;

	(void)close(make_folder(dir, "before"));
	folder = make_folder(dir, "folder");
	(void)close(make_folder(folder, "mount"));
	(void)close(folder);
	CHECK_INT(mount("test", "folder/mount", "tmpfs", 0, NULL), 0, "mount");
	folder = openat(dir, "folder/mount", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	make_file(folder, "stays");

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 0, "files");
	CHECK_INT(emptied.n_left, 2, "left");
	CHECK_INT(emptied.error, -EBUSY, "error");
	CHECK_INT(faccessat(folder, "stays", F_OK, 0), 0, "in the mount");
	(void)close(folder);
}

int main(void)
{
	char folder[] = "/tmp/fstag-test-empty-XXXXXX";
	int dir, outside;

	CHECK(mkdtemp(folder), "mkdtemp");
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("test", folder, "tmpfs", 0, NULL) < 0) {
		(void)rmdir(folder);
		(void)fprintf(stderr, "Cannot mount: %m\n");
		return 77;
	}

	CHECK_INT(chdir(folder), 0, "chdir");
	outside = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = make_folder(outside, "dir");
	CHECK_INT(chdir("dir"), 0, "chdir");
	test_deep(dir);
	test_count(dir, outside);
	test_empty_folders(dir);
	test_mount(dir);
	CHECK_INT(chdir("/"), 0, "chdir");
	(void)umount2(folder, MNT_DETACH);
	(void)rmdir(folder);
	return TEST_RESULT;
}
