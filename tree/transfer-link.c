/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer-link.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"

/* Each of several names has to go, also one that something is mounted on: one that stays would be a
 * file of its own when the others come back. */
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

/* What the way back needs of it; the attributes are those of the new file. */
static void keep_for_undo(struct link *link, const struct file *file)
{
	link->shrunk = file->shrinks && file->moved < file->size ? file->size : 0;
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
	if (r < 0) {
		keep_for_undo(link, file);
		/* It may not have them. */
		link->attributes = TAKE_ATTRIBUTES(file->attributes);
	}
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

int transfer_link(struct transfer *t, struct folder *folder, const char *name,
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

int transfer_last_name(struct transfer *t, struct folder *folder, const char *name,
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

int transfer_restore_link(const struct transfer *t, struct link *link)
{
	_cleanup_(file_done) struct file file = {
		.in = link->from,
		.out = link->to,
		.shrinks = link->shrunk > 0,
		.size = link->shrunk,
	};
	int r = 0;

	file.attributes = TAKE_ATTRIBUTES(link->attributes);
	if (file.shrinks && file.attributes.mode == 0)
		r = attributes_read(&file.attributes, link->to, t->to_is_ramfs);

	return r < 0 ? r : file_undo(&file, t);
}
