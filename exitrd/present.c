/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "present.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/param.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "copy.h"
#include "text.h"

/* Logs and state have a level or two. */
#define DEPTH_MAX 16
/* What a name takes at least. */
#define NAME_BYTES 4096

struct copying {
	struct present *present;
	uint64_t n_bytes;
	int depth;
	char path[PATH_MAX]; /* of the name that is copied, below the folder that is taken over */
};

static int add_folder(struct copying *c, int tree, int folder);

static int add_subfolder(struct copying *c, int tree, int folder, const char *name,
			 const struct stat *st)
{
	_cleanup_close_ int to = -EBADF;
	int from, r;

	if (mkdirat(tree, name, st->st_mode & 07777) < 0 && errno != EEXIST)
		return -errno;

	to = openat(tree, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return -errno;

	from = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return -errno;

	c->depth++;
	r = add_folder(c, to, from);
	c->depth--;
	return r;
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

/* By their size and not by what they take, which a ramfs does not tell. */
static bool has_room(struct copying *c, const struct stat *st)
{
	uint64_t n_bytes = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;

	if (n_bytes > PRESENT_FILE_MAX) {
		c->present->large(c->path, st->st_size);
		return false;
	}

	n_bytes = MAX(n_bytes, NAME_BYTES);
	if (c->n_bytes + n_bytes > PRESENT_BYTES_MAX ||
	    (S_ISDIR(st->st_mode) && c->depth == DEPTH_MAX)) {
		c->present->n_left++;
		return false;
	}

	c->n_bytes += n_bytes;
	return true;
}

static int add_name(struct copying *c, int tree, int folder, const char *name)
{
	struct stat top, st;

	if (fstat(folder, &top) < 0 || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (st.st_dev != top.st_dev)
		return -EBUSY;
	if (!S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode) && !S_ISREG(st.st_mode))
		return 0;
	if (!has_room(c, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return add_subfolder(c, tree, folder, name, &st);

	return S_ISLNK(st.st_mode) ? add_link(tree, folder, name)
				   : copy_file(tree, name, folder, name);
}

/* With the name at the end of the path. */
static int add_path(struct copying *c, int tree, int folder, const char *name)
{
	size_t length = strlen(c->path);
	int n = snprintf(c->path + length, sizeof c->path - length, "%s%s", length ? "/" : "",
			 name);
	int r;

	r = n < (int)(sizeof c->path - length) ? add_name(c, tree, folder, name) : -ENAMETOOLONG;
	c->path[length] = 0;
	return r;
}

static int add_folder(struct copying *c, int tree, int folder)
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
			r = add_path(c, tree, folder, entry->d_name);

	return r;
}

int present_add(struct present *present, int tree, int folder)
{
	struct copying copying = { .present = present };

	return add_folder(&copying, tree, folder);
}
