/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"
#include "transfer-link.h"

static int open_folder(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int make_folder(const struct transfer *t, struct folder *folder, bool *ret_existed)
{
	int parent, r;

	if (!folder->parent) {
		*ret_existed = true;
		return open_folder(t->to, ".");
	}

	parent = folder->parent->to;
	*ret_existed = mkdirat(parent, folder->name, 0700) < 0;
	if (*ret_existed && !(errno == EEXIST && t->merges))
		return -errno;

	r = open_folder(parent, folder->name);
	if (r < 0 && !*ret_existed)
		(void)unlinkat(parent, folder->name, AT_REMOVEDIR);
	return r;
}

/* On the way back: a folder that was not taken away has changed in nothing but its times. Those are
 * all that the other one has for certain, where it was to be given its attributes and could not. */
static int keep_attributes(const struct transfer *t, struct folder *folder)
{
	_cleanup_(attributes_done) struct attributes own = {};
	int r = attributes_read(&own, folder->to, t->to_is_ramfs);

	if (r < 0)
		return r;

	memcpy(own.times, folder->attributes.times, sizeof own.times);
	attributes_done(&folder->attributes);
	folder->attributes = TAKE_ATTRIBUTES(own);
	return 0;
}

static int enter(void *context, struct folder *folder)
{
	struct transfer *t = context;
	bool existed;
	int r = attributes_read(&folder->attributes, folder->from, t->from_is_ramfs);

	if (r < 0)
		return r;

	r = make_folder(t, folder, &existed);
	if (r < 0)
		return r;

	folder->to = r;
	if (!folder->parent)
		t->has_begun = true;
	if (!t->merges)
		return 0;

	r = existed ? keep_attributes(t, folder) : 0;
	/* What is made in it must not inherit; it gets its own back when it is left. */
	(void)fremovexattr(folder->to, "system.posix_acl_default");
	return r;
}

static int apply_to_folder(const struct transfer *t, struct folder *folder)
{
	struct stat st;
	int r;

	if (!folder->parent && t->keeps_mode) {
		if (fstat(folder->to, &st) < 0)
			return -errno;
		folder->attributes.mode = st.st_mode;
	}

	r = attributes_apply(&folder->attributes, folder->to, false);
	/* Nothing could be moved out of it (it is immutable, say), and it is what it was. */
	return r < 0 && t->merges && attributes_are(&folder->attributes, folder->to, t->to_is_ramfs)
		       ? 0
		       : r;
}

static int leave(void *context, struct folder *folder)
{
	struct transfer *t = context;
	int r = apply_to_folder(t, folder);

	if (r < 0)
		return r;
	/* A folder that something is mounted on stays, and so do its parents. */
	if (t->moves && folder->parent &&
	    unlinkat(folder->parent->from, folder->name, AT_REMOVEDIR) < 0 && errno != EBUSY &&
	    errno != ENOTEMPTY)
		return -errno;

	(void)__atomic_add_fetch(&t->names, 1, __ATOMIC_RELAXED);
	return 0;
}

/* So that what moves it back finds the times there, if nothing else: see keep_attributes(). */
static void abandon(void *context, struct folder *folder)
{
	(void)apply_to_folder(context, folder);
}

/* A file that something is mounted on stays, so that the mount can be moved back. */
static int forget_source(const struct transfer *t, const struct folder *folder, const char *name)
{
	return t->moves && unlinkat(folder->from, name, 0) < 0 && errno != EBUSY ? -errno : 0;
}

/* The same for one that may have lost its data. */
static int forget_file(const struct transfer *t, const struct folder *folder, const char *name,
		       struct file *file)
{
	if (!t->moves || unlinkat(folder->from, name, 0) == 0)
		return 0;
	if (errno != EBUSY)
		return -errno;

	return file->shrinks ? file_give_back(file, t) : 0;
}

/* What could not be given back stays in to as well: the way back tries it again. */
static void undo_file(const struct transfer *t, struct folder *folder, const char *name,
		      struct file *file)
{
	if (file_undo(file, t) >= 0 && !file->existed)
		(void)unlinkat(folder->to, name, 0);
}

static int transfer_file(const struct transfer *t, struct folder *folder, const char *name,
			 const struct statx *stx)
{
	_cleanup_(file_done) struct file file = FILE_INIT;
	int r = file_open(&file, t, folder->from, folder->to, name, stx);

	if (r < 0)
		return r;

	r = file_fill(&file, t);
	if (r >= 0)
		r = forget_file(t, folder, name, &file);
	if (r < 0)
		undo_file(t, folder, name, &file);
	return r;
}

static int transfer_special(const struct transfer *t, struct folder *folder, const char *name,
			    const struct statx *stx)
{
	int r = special_make(t, folder->from, folder->to, name, stx);

	/* It has stayed, for something is mounted on it. */
	if (r == -EEXIST && t->merges)
		return forget_source(t, folder, name);
	if (r < 0)
		return r;

	r = forget_source(t, folder, name);
	if (r < 0)
		(void)unlinkat(folder->to, name, 0);
	return r;
}

static int transfer_single(struct transfer *t, struct folder *folder, const char *name,
			   const struct statx *stx)
{
	int r = transfer_last_name(t, folder, name, stx);

	if (r != 0)
		return r;

	return S_ISREG(stx->stx_mode) ? transfer_file(t, folder, name, stx)
				      : transfer_special(t, folder, name, stx);
}

static int entry(void *context, struct folder *folder, const char *name, const struct statx *stx)
{
	struct transfer *t = context;
	int r = stx->stx_nlink > 1 ? transfer_link(t, folder, name, stx)
				   : transfer_single(t, folder, name, stx);

	if (r >= 0)
		(void)__atomic_add_fetch(&t->names, 1, __ATOMIC_RELAXED);
	return r;
}

const struct visitor transfer_visitor = { enter, entry, leave, abandon };
