/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "extents.h"

/* Whether a file that is created in to has only the attributes that it is given: no group from a
 * set-group-ID directory. */
static bool is_new(const struct transfer *t)
{
	return !t->merges && !t->keeps_mode;
}

/* Nothing large may exist twice, and a file with other names only for as long as copying takes. Our
 * own program must not be removed while it runs. */
static bool may_shrink(const struct transfer *t, const struct statx *stx)
{
	return t->moves && (stx->stx_size > (uint64_t)DATA_STEP || stx->stx_nlink > 1) &&
	       stx->stx_ino != t->running;
}

static int open_source(struct file *file, int from, const char *name)
{
	file->in =
		openat(from, name,
		       (file->shrinks ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	/* A running program: its file is copied, and disappears when the program ends. */
	if (file->in < 0 && errno == ETXTBSY) {
		file->shrinks = false;
		file->in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (file->in < 0)
		return -errno;

	/* If we get a lease, nothing else has the file open until we close it. Otherwise the kernel
	 * may have it open, without a process that the caller could have found: then its data
	 * stays. */
	if (file->shrinks && fcntl(file->in, F_SETLEASE, F_WRLCK) < 0 && errno == EAGAIN)
		file->shrinks = false;
	return 0;
}

static int make_target(const struct transfer *t, int to, const char *name, mode_t mode,
		       bool *ret_existed)
{
	int fd = openat(to, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	*ret_existed = fd < 0 && errno == EEXIST && t->merges;
	if (*ret_existed)
		fd = openat(to, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Another file may have taken the name. */
static int look_again(struct file *file, struct statx *stx)
{
	uint64_t inode = stx->stx_ino;

	if (statx(file->in, "", AT_EMPTY_PATH, STATX_BASIC_STATS, stx) < 0)
		return -errno;

	return stx->stx_ino == inode ? 0 : -ESTALE;
}

int file_open(struct file *file, const struct transfer *t, int from, int to, const char *name,
	      const struct statx *seen)
{
	struct statx found = *seen;
	const struct statx *stx = &found;
	int r;

	file->shrinks = may_shrink(t, stx);
	r = open_source(file, from, name);
	if (r >= 0 && t->changes)
		r = look_again(file, &found);
	if (r < 0)
		return r;

	attributes_from_statx(&file->attributes, stx);
	file->size = file->moved = (off_t)stx->stx_size;
	file->blocks = (blkcnt_t)stx->stx_blocks;

	r = t->from_is_ramfs ? 0 : attributes_read_xattrs(&file->attributes, file->in, NULL);
	if (r < 0)
		return r;

	r = make_target(t, to, name, stx->stx_mode & 0777, &file->existed);
	if (r < 0)
		return r;

	file->out = r;
	return 0;
}

int file_fill(struct file *file, const struct transfer *t)
{
	_cleanup_(extents_done) struct extents extents = {};
	int r = extents_read(&extents, file->in, 0, file->size, file->blocks, t->from_is_ramfs);

	if (r < 0)
		return r;

	r = file->shrinks ? data_move(file->in, file->out, &extents, file->size, &file->moved)
			  : data_copy(file->in, file->out, &extents, file->size);
	if (r < 0 && !(r == -ESTALE && t->changes)) /* it has been truncated */
		return r;

	return attributes_apply(&file->attributes, file->out, is_new(t));
}

int file_undo(struct file *file, const struct transfer *t)
{
	_cleanup_(extents_done) struct extents extents = {};
	off_t moved;
	int r;

	if (!file->shrinks || file->moved == file->size)
		return 0;

	r = extents_read(&extents, file->out, file->moved, file->size, 0, t->to_is_ramfs);
	if (r < 0)
		return r;

	r = data_move(file->out, file->in, &extents, file->size, &moved);
	if (r < 0)
		return r;

	file->moved = file->size;
	return attributes_apply(&file->attributes, file->in, false);
}

int file_give_back(struct file *file, const struct transfer *t)
{
	_cleanup_(extents_done) struct extents extents = {};
	int r = extents_read(&extents, file->out, file->moved, file->size, 0, t->to_is_ramfs);

	if (r < 0)
		return r;

	r = data_copy(file->out, file->in, &extents, file->size);
	if (r < 0)
		return r;

	file->moved = file->size;
	r = attributes_apply(&file->attributes, file->in, false);
	if (r < 0)
		return r;

	/* Reading has changed its times. */
	return attributes_apply(&file->attributes, file->out, is_new(t));
}

static int make_symlink(int from, int to, const char *name, const struct statx *stx)
{
	char target[PATH_MAX + 1];
	ssize_t n = readlinkat(from, name, target, sizeof target);

	if (n < 0)
		return -errno;
	if ((uint64_t)n != stx->stx_size)
		return -ESTALE;

	target[n] = 0;
	return symlinkat(target, to, name) < 0 ? -errno : 0;
}

/* No system call (before Linux 6.13) takes a directory and a name, and such a file cannot be opened
 * for it: so the directory must be the current one. */
static int read_special_xattrs(struct attributes *a, int from, const char *name)
{
	return fchdir(from) < 0 ? -errno : attributes_read_xattrs(a, -EBADF, name);
}

static int apply_special(const struct attributes *a, int to, const char *name, bool is_new_file)
{
	if (a->xattrs && fchdir(to) < 0)
		return -errno;

	return attributes_apply_at(a, to, name, is_new_file);
}

static int make_special_from(const struct transfer *t, const struct attributes *attributes,
			     int from, int to, const char *name, const struct statx *stx)
{
	int r;

	if (S_ISLNK(stx->stx_mode))
		r = make_symlink(from, to, name, stx);
	else
		r = mknodat(to, name, stx->stx_mode & ~07000U,
			    makedev(stx->stx_rdev_major, stx->stx_rdev_minor)) < 0
			    ? -errno
			    : 0;
	if (r < 0)
		return r;

	r = apply_special(attributes, to, name, is_new(t));
	if (r < 0)
		(void)unlinkat(to, name, 0);
	return r;
}

int file_make_special(const struct transfer *t, int from, int to, const char *name,
		      const struct statx *stx)
{
	_cleanup_(attributes_done) struct attributes attributes = {};
	int r;

	attributes_from_statx(&attributes, stx);
	r = t->from_is_ramfs ? 0 : read_special_xattrs(&attributes, from, name);
	if (r < 0)
		return r;

	return make_special_from(t, &attributes, from, to, name, stx);
}

void file_done(struct file *file)
{
	cleanup_close(&file->in);
	cleanup_close(&file->out);
	attributes_done(&file->attributes);
}
