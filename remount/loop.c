/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "detached.h"
#include "text.h"

static bool is_sysfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

/* The mounted /sys, or one that nobody else sees. */
static int open_sysfs(void)
{
	_cleanup_close_ int mounted = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return mounted >= 0 && is_sysfs(mounted) ? TAKE_FD(mounted) : detached_mount("sysfs");
}

/* The path is what the kernel sees from our root on: another file may lie over it, and one that was
 * deleted has " (deleted)" behind it. */
static int is_in(int tree, const char *path)
{
	struct stat st, root, file;

	if (fstat(tree, &root) < 0)
		return -errno;
	if (path[0] != '/' || stat(path, &file) < 0 || file.st_dev == root.st_dev)
		return 1;

	return fstatat(tree, path + 1, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* There is such a file only while the device has one below it. */
static int has_file_in(int tree, int devices, const char *name)
{
	char file[NAME_MAX + sizeof "/loop/backing_file"], path[PATH_MAX + 1];
	_cleanup_close_ int fd = -EBADF;
	ssize_t n;

	(void)snprintf(file, sizeof file, "%s/loop/backing_file", name);
	fd = openat(devices, file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;

	n = read(fd, path, sizeof path - 1);
	if (n == 0) /* it is being detached */
		return 0;
	if (n < 0) /* its path is too long, or the device has gone */
		return errno == ENODEV ? 0 : 1;

	path[n - (path[n - 1] == '\n')] = 0;
	return is_in(tree, path);
}

static int open_devices(void)
{
	_cleanup_close_ int sysfs = open_sysfs();
	int fd;

	if (sysfs < 0)
		return sysfs;

	fd = openat(sysfs, "block", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int loop_has_file_in(int tree)
{
	_cleanup_close_ int fd = open_devices();
	_cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int devices = fd, r = 0;

	/* A kernel that has no sysfs, or no block devices, does not tell. */
	if (!dir)
		return fd == -ENOENT ? 0 : fd == -ENODEV ? 1 : fd < 0 ? fd : -errno;

	(void)TAKE_FD(fd);
	while (r == 0 && (errno = 0, entry = readdir(dir)))
		if (after_prefix(entry->d_name, "loop"))
			r = has_file_in(tree, devices, entry->d_name);

	return r != 0 ? r : -errno;
}
