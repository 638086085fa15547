/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "data.h"
#include "extents.h"
#include "text.h"

/* As many symbolic links as the kernel follows in one path. */
#define LINKS_MAX 40

struct walk {
	char done[PATH_MAX]; /* without symbolic links: "" or "/usr/lib" */
	char rest[PATH_MAX]; /* still to walk, relative to done */
	int n_links;
};

static bool is_ramfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == RAMFS_MAGIC;
}

static int copy_data(int from, int to, const struct stat *st)
{
	_cleanup_(extents_done) struct extents extents = {};
	int r;

	r = extents_read(&extents, from, 0, st->st_size, st->st_blocks, is_ramfs(from));
	return r < 0 ? r : data_copy(from, to, &extents, st->st_size);
}

int copy_file(int exitrd, const char *to, int directory, const char *path)
{
	_cleanup_close_ int in =
		openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	_cleanup_close_ int out = -EBADF;
	struct stat st;

	if (in < 0 || fstat(in, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;

	out = openat(exitrd, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return errno == EEXIST ? 0 : -errno;
	if (fchown(out, st.st_uid, st.st_gid) < 0 || fchmod(out, st.st_mode & 07777) < 0)
		return -errno;

	return copy_data(in, out, &st);
}

static int print_path(char path[static PATH_MAX], const char *first, const char *second)
{
	return snprintf(path, PATH_MAX, "%s/%s", first, second) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Takes the next name from rest. */
static const char *take_name(struct walk *w, char name[static NAME_MAX + 1])
{
	const char *start = w->rest + strspn(w->rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0 || length > NAME_MAX)
		return NULL;

	memcpy(name, start, length);
	name[length] = 0;
	memmove(w->rest, start + length, strlen(start + length) + 1);
	return name;
}

/* The walk continues at the target of the symbolic link. */
static int add_symlink(int exitrd, struct walk *w, const char *path)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof target - 1);
	int r;

	if (n < 0)
		return -errno;
	if (w->n_links++ == LINKS_MAX)
		return -ELOOP;

	target[n] = 0;
	if (symlinkat(target, exitrd, path + 1) < 0 && errno != EEXIST)
		return -errno;

	r = print_path(rest, target, w->rest);
	if (r < 0)
		return r;

	memcpy(w->rest, rest, sizeof rest);
	if (target[0] == '/')
		w->done[0] = 0;
	return 0;
}

static int add_name(int exitrd, struct walk *w, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	int r;

	if (streq(name, "."))
		return 0;
	if (streq(name, "..")) {
		*(strrchr(w->done, '/') ?: w->done) = 0;
		return 0;
	}

	r = print_path(path, w->done, name);
	if (r < 0)
		return r;
	if (lstat(path, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return add_symlink(exitrd, w, path);
	if (!S_ISDIR(st.st_mode))
		return copy_file(exitrd, path + 1, AT_FDCWD, path);
	if (mkdirat(exitrd, path + 1, st.st_mode & 07777) < 0 && errno != EEXIST)
		return -errno;

	memcpy(w->done, path, sizeof path);
	return 0;
}

int copy_path(int exitrd, const char *path)
{
	struct walk w = {};
	char name[NAME_MAX + 1];
	int r;

	r = print_path(w.rest, "", path);
	while (r == 0 && take_name(&w, name))
		r = add_name(exitrd, &w, name);

	return r;
}
