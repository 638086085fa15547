/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "empty.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* Far more directories than a process may have open, with longer paths than the kernel accepts. */
#define DEPTH 5000
#define FILE_BYTES 8192

static void make_file(int dir, const char *name)
{
	static const char bytes[FILE_BYTES] = { 1 };
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK_INT(write(fd, bytes, sizeof bytes), FILE_BYTES, name);
	(void)close(fd);
}

static int make_directory(int dir, const char *name)
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

	CHECK_INT(empty_directory(dir, &emptied), 0, "empty");
	return emptied;
}

static void test_deep(int dir)
{
	int fd = make_directory(dir, "a");
	struct emptied emptied;

	for (int i = 0; i < DEPTH; i++) {
		int child = make_directory(fd, "a");

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

/* Names of one file count once, holes do not count, and a link's target stays. */
static void test_count(int dir, int outside)
{
	int directory = make_directory(dir, "directory"), fd;
	struct emptied emptied;

	make_file(outside, "stays");
	make_file(dir, "file");
	CHECK_INT(linkat(dir, "file", directory, "other", 0), 0, "link");
	CHECK_INT(symlinkat("/proc/self/cwd", directory, "link"), 0, "symlink");
	CHECK_INT(mknodat(directory, "fifo", S_IFIFO | 0600, 0), 0, "fifo");
	fd = openat(directory, "hole", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK_INT(ftruncate(fd, 1 << 20), 0, "truncate");
	(void)close(fd);
	(void)close(directory);

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 4, "files");
	CHECK_INT(emptied.n_bytes, FILE_BYTES, "bytes");
	CHECK_INT(emptied.n_left, 0, "left");
	CHECK_INT(faccessat(outside, "stays", F_OK, 0), 0, "outside");
}

/* They may be mount points or layers. */
static void test_empty_directories(int dir)
{
	int above = make_directory(dir, "above"), below = make_directory(above, "below");
	int top = make_directory(dir, "top"), full = make_directory(above, "full");
	struct emptied emptied;

	make_file(full, "file");
	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 1, "files beside empty directories");
	CHECK_INT(emptied.n_left, 0, "left of empty directories");
	make_file(top, "file");
	make_file(below, "file");
	CHECK_INT(mkdirat(above, "new", 0700), -1, "a directory that was not empty");
	CHECK_INT(mkdirat(full, "new", 0700), -1, "a directory that was not empty");
	(void)close(above);
	(void)close(below);
	(void)close(top);
	(void)close(full);

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 2, "files that came later");
}

/* Mounts a tmpfs with a file in it at the path, which has to survive. */
static void check_mount(int dir, const char *path, int n_left, int error)
{
	struct emptied emptied;
	int mounted;

	CHECK_INT(mount("test", path, "tmpfs", 0, NULL), 0, path);
	mounted = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	make_file(mounted, "stays");

	emptied = empty(dir);
	CHECK_INT(emptied.n_files, 0, path);
	CHECK_INT(emptied.n_left, n_left, path);
	CHECK_INT(emptied.error, error, path);
	CHECK_INT(faccessat(mounted, "stays", F_OK, 0), 0, path);
	(void)close(mounted);
}

/* What is mounted in it stays, with the directories above. */
static void test_mount(int dir)
{
	int directory;

	(void)close(make_directory(dir, "before"));
	directory = make_directory(dir, "directory");
	(void)close(make_directory(directory, "mount"));
	(void)close(directory);
	check_mount(dir, "directory/mount", 2, -EBUSY);
}

/* A directory at the top is opened at its own place. */
static void test_mount_at_top(int dir)
{
	(void)close(make_directory(dir, "mount"));
	check_mount(dir, "mount", 1, -EXDEV);
	CHECK_INT(umount2("mount", MNT_DETACH), 0, "umount");
}

int main(void)
{
	char directory[] = "/tmp/fstag-test-empty-XXXXXX";
	int dir, outside;

	CHECK(mkdtemp(directory), "mkdtemp");
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("test", directory, "tmpfs", 0, NULL) < 0) {
		(void)rmdir(directory);
		(void)fprintf(stderr, "Cannot mount: %m\n");
		return 77;
	}

	CHECK_INT(chdir(directory), 0, "chdir");
	outside = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = make_directory(outside, "dir");
	CHECK_INT(chdir("dir"), 0, "chdir");
	test_deep(dir);
	test_count(dir, outside);
	test_empty_directories(dir);
	test_mount_at_top(dir);
	test_mount(dir);
	CHECK_INT(chdir("/"), 0, "chdir");
	(void)umount2(directory, MNT_DETACH);
	(void)rmdir(directory);
	return TEST_RESULT;
}
