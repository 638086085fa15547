/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "present.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "copy.h"
#include "names.h"

struct copying {
	struct present *present;
	int exitrd;
	uint64_t n_bytes, n_names;
	int n_levels;
};

static int add_directory(struct copying *c, int exitrd, int directory);

/* A symbolic link in the exitrd, such as /lib, is followed, and resolved inside the exitrd. */
static int make_directory(const struct copying *c, int exitrd, const char *name, mode_t mode)
{
	const struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
				      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd;

	if (mkdirat(exitrd, name, mode & 07777) < 0 && errno != EEXIST)
		return -errno;

	fd = (int)syscall(SYS_openat2, c->exitrd, c->present->path, &how, sizeof how);
	return fd < 0 ? -errno : fd;
}

/* Without an exitrd (-EBADF) the subdirectory is left out, and only checked for mounts. */
static int add_subdirectory(struct copying *c, int exitrd, int directory, const char *name,
			    mode_t mode)
{
	_cleanup_close_ int to = -EBADF;
	int from, r;

	if (exitrd >= 0) {
		to = make_directory(c, exitrd, name, mode);
		if (to < 0)
			return to;
	}

	from = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0)
		return -errno;

	c->n_levels++;
	r = add_directory(c, to, from);
	c->n_levels--;
	return r;
}

static int add_symlink(int exitrd, int directory, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(directory, name, target, sizeof target - 1);

	if (n < 0)
		return -errno;

	target[n] = 0;
	return symlinkat(target, exitrd, name) < 0 && errno != EEXIST ? -errno : 0;
}

/* By size and not by blocks, which a ramfs does not count. */
static bool has_room(struct copying *c, const struct statx *st)
{
	uint64_t n_bytes = S_ISREG(st->stx_mode) ? st->stx_size : 0;

	if (n_bytes > PRESENT_FILE_MAX)
		c->present->large(c->present->path, (off_t)n_bytes);
	else if (c->n_bytes + n_bytes > PRESENT_BYTES_MAX)
		c->present->n_over_bytes++;
	else if (c->n_names == PRESENT_NAMES_MAX)
		c->present->n_over_names++;
	else {
		c->n_bytes += n_bytes;
		c->n_names++;
		return true;
	}

	return false;
}

static int add_name(struct copying *c, int exitrd, int directory, const char *name)
{
	struct statx st;
	bool is_directory;

	if (statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &st) <
	    0)
		return -errno;
	/* The device may be the same: a directory of /run may be bound there. */
	if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return -EBUSY;

	is_directory = S_ISDIR(st.stx_mode);
	if (!is_directory && !S_ISLNK(st.stx_mode) && !S_ISREG(st.stx_mode))
		return 0;
	if (is_directory && c->n_levels == PRESENT_LEVELS_MAX) {
		c->present->n_over_levels++;
		return 0;
	}
	if (!has_room(c, &st))
		exitrd = -EBADF;
	if (is_directory)
		return add_subdirectory(c, exitrd, directory, name, st.stx_mode);
	if (exitrd < 0)
		return 0;

	return S_ISLNK(st.stx_mode) ? add_symlink(exitrd, directory, name)
				    : copy_file(exitrd, name, directory, name);
}

/* Appends the name to the path; on an error it stays there. */
static int add_path(struct copying *c, int exitrd, int directory, const char *name)
{
	char *path = c->present->path;
	size_t length = strlen(path);
	int n = snprintf(path + length, PATH_MAX - length, "%s%s", length ? "/" : "", name);
	int r;

	r = n < (int)(PATH_MAX - length) ? add_name(c, exitrd, directory, name) : -ENAMETOOLONG;
	if (r == 0)
		path[length] = 0;
	return r;
}

static int add_directory(struct copying *c, int exitrd, int directory)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r = names_take(directory, &dir);

	while (r == 0 && (entry = names_next(dir)))
		r = add_path(c, exitrd, directory, entry->d_name);

	return r;
}

int present_add(struct present *present, int exitrd, int directory)
{
	struct copying copying = { .present = present, .exitrd = exitrd };

	return add_directory(&copying, exitrd, directory);
}
