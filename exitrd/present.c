/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "present.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "copy.h"
#include "text.h"

/* Logs and state have a level or two. */
#define DEPTH_MAX 16

static int add_folder(int tree, int folder, int depth);

static int add_subfolder(int tree, int folder, const char *name, const struct stat *st, int depth)
{
	_cleanup_close_ int to = -EBADF;
	int from;

	if (depth == DEPTH_MAX)
		return -ELOOP;
	if (mkdirat(tree, name, st->st_mode & 07777) < 0 && errno != EEXIST)
		return -errno;

	to = openat(tree, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;

	from = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return from < 0 ? -errno : add_folder(to, from, depth + 1);
}

static int add_link(int tree, int folder, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(folder, name, target, sizeof target - 1);

	if (n < 0)
		return -errno;

	target[n] = 0;
	return symlinkat(target, tree, name) < 0 && errno != EEXIST ? -errno : 0;
}

static int add_name(int tree, int folder, const char *name, int depth)
{
	struct stat top, st;

	if (fstat(folder, &top) < 0 || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (st.st_dev != top.st_dev)
		return -EBUSY;
	if (S_ISDIR(st.st_mode))
		return add_subfolder(tree, folder, name, &st, depth);
	if (S_ISLNK(st.st_mode))
		return add_link(tree, folder, name);

	return S_ISREG(st.st_mode) ? copy_file(tree, name, folder, name) : 0;
}

static int add_folder(int tree, int folder, int depth)
{
	_cleanup_closedir_ DIR *dir = fdopendir(folder);
	const struct dirent *entry;
	int r = 0;

	if (!dir) {
		r = -errno;
		(void)close(folder);
		return r;
	}

	while (r == 0 && (entry = readdir(dir)))
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
			r = add_name(tree, folder, entry->d_name, depth);

	return r;
}

int present_add(int tree, int folder)
{
	return add_folder(tree, folder, 0);
}
