/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"

static int make_folder(const struct transfer *t, int parent, const char *name)
{
	int fd;

	if (mkdirat(parent, name, 0700) < 0 && !(errno == EEXIST && t->merges))
		return -errno;

	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		int r = -errno;

		if (!t->merges)
			(void)unlinkat(parent, name, AT_REMOVEDIR);
		return r;
	}

	return fd;
}

static int enter(void *context, struct folder *folder)
{
	struct transfer *t = context;
	struct statx stx;
	int r;

	if (statx(folder->from, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stx) < 0)
		return -errno;

	attributes_from_statx(&folder->attributes, &stx);
	r = t->from_is_ramfs ? 0 : attributes_read_xattrs(&folder->attributes, folder->from, NULL);
	if (r < 0)
		return r;

	r = folder->parent ? make_folder(t, folder->parent->to, folder->name)
			   : openat(t->to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r < 0)
		return folder->parent ? r : -errno;

	folder->to = r;
	/* What is made in it must not inherit; it gets its own back when it is left. */
	if (t->merges)
		(void)fremovexattr(folder->to, "system.posix_acl_default");
	if (!folder->parent)
		t->has_begun = true;
	return 0;
}

static int apply_to_folder(const struct transfer *t, struct folder *folder)
{
	struct stat st;

	if (!folder->parent && t->keeps_mode) {
		if (fstat(folder->to, &st) < 0)
			return -errno;
		folder->attributes.mode = st.st_mode;
	}

	return attributes_apply(&folder->attributes, folder->to, false);
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

/* So that what moves it back finds the attributes there. */
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
static void undo_file(struct transfer *t, struct folder *folder, const char *name,
		      struct file *file)
{
	int r = file_undo(file, t);

	if (r < 0)
		__atomic_store_n(&t->undo_error, r, __ATOMIC_RELAXED);
	else if (!file->existed)
		(void)unlinkat(folder->to, name, 0);
}

static int transfer_file(struct transfer *t, struct folder *folder, const char *name,
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

/* The same for a name of several: one that stays would be a file of its own when the others come
 * back. */
static int forget_name(const struct transfer *t, const struct folder *folder, const char *name)
{
	return t->moves && unlinkat(folder->from, name, 0) < 0 ? -errno : 0;
}

/* One more name of a file that is there already. */
static int add_name(struct transfer *t, struct folder *folder, const char *name, struct link *link)
{
	bool existed = false;
	int r;

	if (linkat(link->to, "", folder->to, name, AT_EMPTY_PATH) < 0) {
		existed = errno == EEXIST && t->merges;
		if (!existed)
			return -errno;
	}

	r = forget_name(t, folder, name);
	if (r < 0) {
		if (!existed)
			(void)unlinkat(folder->to, name, 0);
		return r;
	}

	links_seen(&t->links, link);
	return 0;
}

/* The first name of a link: after it, others can be added, even while its data is on its way. */
static int add_link(struct transfer *t, struct folder *folder, const char *name,
		    const struct statx *stx, struct file *file, struct link **ret_link)
{
	int r = S_ISREG(stx->stx_mode) ? file_open(file, t, folder->from, folder->to, name, stx)
				       : special_open(file, t, folder->from, folder->to, name, stx);
	struct link *link;

	if (r < 0)
		return r;

	link = links_add(&t->links, stx->stx_ino, stx->stx_nlink, file->in, file->out);
	file->in_is_ours = file->out_is_ours = false;
	if (!link) {
		if (!file->existed)
			(void)unlinkat(folder->to, name, 0);
		return -ENOMEM;
	}

	*ret_link = link;
	return 0;
}

/* What the way back needs of it. */
static void keep_for_undo(struct link *link, struct file *file)
{
	link->shrunk = file->shrinks && file->moved < file->size ? file->size : 0;
	link->attributes = TAKE_ATTRIBUTES(file->attributes);
}

static int finish_link(struct transfer *t, struct folder *folder, const char *name,
		       struct file *file, struct link *link)
{
	int r;

	(void)pthread_mutex_lock(&t->lock);
	r = forget_name(t, folder, name);
	if (r >= 0) {
		keep_for_undo(link, file);
		links_seen(&t->links, link);
	}
	(void)pthread_mutex_unlock(&t->lock);

	return r;
}

static void undo_link(struct transfer *t, struct file *file, struct link *link)
{
	int r = file_undo(file, t);

	(void)pthread_mutex_lock(&t->lock);
	if (r < 0)
		keep_for_undo(link, file);
	(void)pthread_mutex_unlock(&t->lock);
}

/* Finds or begins the link; *ret_link is NULL where the name is done with. */
static int begin_link(struct transfer *t, struct folder *folder, const char *name,
		      const struct statx *stx, struct file *file, struct link **ret_link)
{
	struct link *link = links_find(&t->links, stx->stx_ino);

	*ret_link = NULL;
	return link ? add_name(t, folder, name, link)
		    : add_link(t, folder, name, stx, file, ret_link);
}

static int transfer_link(struct transfer *t, struct folder *folder, const char *name,
			 const struct statx *stx)
{
	_cleanup_(file_done) struct file file = FILE_INIT;
	struct link *link;
	int r;

	(void)pthread_mutex_lock(&t->lock);
	r = begin_link(t, folder, name, stx, &file, &link);
	(void)pthread_mutex_unlock(&t->lock);
	if (r < 0 || !link)
		return r;

	if (S_ISREG(stx->stx_mode))
		r = file_fill(&file, t);
	if (r >= 0)
		r = finish_link(t, folder, name, &file, link);
	if (r < 0)
		undo_link(t, &file, link);
	return r;
}

/* The last name of a link says nothing of that when the others have moved. 1, 0 where it is none,
 * or a negative errno. */
static int transfer_last_name(struct transfer *t, struct folder *folder, const char *name,
			      const struct statx *stx)
{
	struct link *link;
	int r = 0;

	if (!t->moves)
		return 0;

	(void)pthread_mutex_lock(&t->lock);
	link = links_find(&t->links, stx->stx_ino);
	if (link)
		r = add_name(t, folder, name, link);
	(void)pthread_mutex_unlock(&t->lock);

	return r < 0 ? r : !!link;
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

int transfer_restore_link(const struct transfer *t, struct link *link)
{
	_cleanup_(file_done) struct file file = {
		.in = link->from,
		.out = link->to,
		.shrinks = link->shrunk > 0,
		.size = link->shrunk,
	};

	file.attributes = TAKE_ATTRIBUTES(link->attributes);
	return file_undo(&file, t);
}
