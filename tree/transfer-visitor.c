/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer-visitor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"
#include "transfer-hard-link.h"

static int open_directory(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int make_directory(const struct transfer *t, struct directory *directory, bool *ret_existed)
{
	int parent, r;

	if (!directory->parent) {
		*ret_existed = true;
		return open_directory(t->to, ".");
	}

	parent = directory->parent->to;
	*ret_existed = mkdirat(parent, directory->name, 0700) < 0;
	if (*ret_existed && !(errno == EEXIST && t->merges))
		return -errno;

	r = open_directory(parent, directory->name);
	if (r < 0 && !*ret_existed)
		(void)unlinkat(parent, directory->name, AT_REMOVEDIR);
	return r;
}

/* When moving back: a directory that was not removed has changed only its times. They are the only
 * attributes that the other directory certainly has, if setting its attributes failed. */
static int keep_attributes(const struct transfer *t, struct directory *directory)
{
	_cleanup_(attributes_done) struct attributes own = {};
	int r = attributes_read(&own, directory->to, t->to_is_ramfs);

	if (r < 0)
		return r;

	memcpy(own.times, directory->attributes.times, sizeof own.times);
	attributes_done(&directory->attributes);
	directory->attributes = TAKE_ATTRIBUTES(own);
	return 0;
}

static int enter(void *context, struct directory *directory)
{
	struct transfer *t = context;
	bool existed;
	int r = attributes_read(&directory->attributes, directory->from, t->from_is_ramfs);

	if (r < 0)
		return r;

	r = make_directory(t, directory, &existed);
	if (r < 0)
		return r;

	directory->to = r;
	if (!directory->parent)
		t->has_begun = true;
	if (!t->merges)
		return 0;

	r = existed ? keep_attributes(t, directory) : 0;
	/* New entries must not inherit it; the directory gets its own back when it is left. */
	(void)fremovexattr(directory->to, "system.posix_acl_default");
	return r;
}

static int apply_to_directory(const struct transfer *t, struct directory *directory)
{
	struct stat st;
	int r;

	if (!directory->parent && t->keeps_mode) {
		if (fstat(directory->to, &st) < 0)
			return -errno;
		directory->attributes.mode = st.st_mode;
	}

	r = attributes_apply(&directory->attributes, directory->to, false);
	/* Nothing could be moved out of it (it may be immutable), and it is unchanged. */
	return r < 0 && t->merges &&
			       attributes_are(&directory->attributes, directory->to, t->to_is_ramfs)
		       ? 0
		       : r;
}

static int leave(void *context, struct directory *directory)
{
	struct transfer *t = context;
	int r = apply_to_directory(t, directory);

	if (r < 0)
		return r;
	/* A directory that something is mounted on stays, and so do its parents. */
	if (t->moves && directory->parent &&
	    unlinkat(directory->parent->from, directory->name, AT_REMOVEDIR) < 0 &&
	    errno != EBUSY && errno != ENOTEMPTY)
		return -errno;

	(void)__atomic_add_fetch(&t->names, 1, __ATOMIC_RELAXED);
	return 0;
}

/* So that moving back finds at least the times: see keep_attributes(). */
static void abandon(void *context, struct directory *directory)
{
	(void)apply_to_directory(context, directory);
}

/* A file that something is mounted on stays, so that the mount can be moved back. */
static int forget_source(const struct transfer *t, const struct directory *directory,
			 const char *name)
{
	return t->moves && unlinkat(directory->from, name, 0) < 0 && errno != EBUSY ? -errno : 0;
}

/* The same for a file that may have lost its data. */
static int forget_file(const struct transfer *t, const struct directory *directory,
		       const char *name, struct file *file)
{
	if (!t->moves || unlinkat(directory->from, name, 0) == 0)
		return 0;
	if (errno != EBUSY)
		return -errno;

	return file->shrinks ? file_give_back(file, t) : 0;
}

/* What could not be restored also stays in to: moving back tries it again. */
static void undo_file(const struct transfer *t, struct directory *directory, const char *name,
		      struct file *file)
{
	if (file_undo(file, t) >= 0 && !file->existed)
		(void)unlinkat(directory->to, name, 0);
}

static int transfer_file(const struct transfer *t, struct directory *directory, const char *name,
			 const struct statx *stx)
{
	_cleanup_(file_done) struct file file = FILE_INIT;
	int r = file_open(&file, t, directory->from, directory->to, name, stx);

	if (r < 0)
		return r;

	r = file_fill(&file, t);
	if (r >= 0)
		r = forget_file(t, directory, name, &file);
	if (r < 0)
		undo_file(t, directory, name, &file);
	return r;
}

static int transfer_special(const struct transfer *t, struct directory *directory, const char *name,
			    const struct statx *stx)
{
	int r = file_make_special(t, directory->from, directory->to, name, stx);

	/* The file has stayed, because something is mounted on it. */
	if (r == -EEXIST && t->merges)
		return forget_source(t, directory, name);
	if (r < 0)
		return r;

	r = forget_source(t, directory, name);
	if (r < 0)
		(void)unlinkat(directory->to, name, 0);
	return r;
}

static int transfer_single(struct transfer *t, struct directory *directory, const char *name,
			   const struct statx *stx)
{
	int r = transfer_last_name(t, directory, name, stx);

	if (r != 0)
		return r;

	return S_ISREG(stx->stx_mode) ? transfer_file(t, directory, name, stx)
				      : transfer_special(t, directory, name, stx);
}

static int entry(void *context, struct directory *directory, const char *name,
		 const struct statx *stx)
{
	struct transfer *t = context;
	int r = stx->stx_nlink > 1 ? transfer_hard_link(t, directory, name, stx)
				   : transfer_single(t, directory, name, stx);

	if (r >= 0)
		(void)__atomic_add_fetch(&t->names, 1, __ATOMIC_RELAXED);
	return r;
}

const struct visitor transfer_visitor = {
	.enter = enter,
	.entry = entry,
	.leave = leave,
	.abandon = abandon,
};
