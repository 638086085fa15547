/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer-hard-link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "file.h"

/* Every one of several names must be removed, even one that something is mounted on: one that stays
 * would become a separate file when the others come back. */
static int forget_name(const struct transfer *t, const struct directory *directory,
		       const char *name)
{
	return t->moves && unlinkat(directory->from, name, 0) < 0 ? -errno : 0;
}

static int link_name(const struct transfer *t, const struct hard_link *link, int dir,
		     const char *name)
{
	int r = link->path ? linkat(t->to, link->path + 1, dir, name, 0)
			   : linkat(link->to, "", dir, name, AT_EMPTY_PATH);

	return r < 0 ? -errno : 0;
}

/* Adds a name to a file that already exists. */
static int add_name(struct transfer *t, struct directory *directory, const char *name,
		    struct hard_link *link)
{
	int r = link_name(t, link, directory->to, name);
	bool existed = r == -EEXIST && t->merges;

	if (r < 0 && !existed)
		return r;

	r = forget_name(t, directory, name);
	if (r < 0) {
		if (!existed)
			(void)unlinkat(directory->to, name, 0);
		return r;
	}

	hard_links_seen(&t->hard_links, link);
	return 0;
}

struct hard_link *transfer_add_hard_link(struct transfer *t, uint64_t inode, unsigned unseen,
					 const struct directory *directory, int dir,
					 const char *name, int flags)
{
	_cleanup_free_ char *path = directory_path(directory, name);
	_cleanup_close_ int fd = -EBADF;
	struct hard_link *link;

	if (!path)
		return NULL;
	if (strlen(path) > PATH_MAX) {
		fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return NULL;
	}

	link = hard_links_add(&t->hard_links, inode, unseen);
	if (link && fd >= 0)
		link->to = TAKE_FD(fd);
	else if (link)
		link->path = TAKE_PTR(path);
	return link;
}

/* The first name of a file: after it, others can be added, even while its data is still moving. */
static int add_link(struct transfer *t, struct directory *directory, const char *name,
		    const struct statx *stx, struct file *file, struct hard_link **ret_link)
{
	int r = S_ISREG(stx->stx_mode)
			? file_open(file, t, directory->from, directory->to, name, stx)
			: file_make_special(t, directory->from, directory->to, name, stx);
	bool existed = file->existed || (r == -EEXIST && t->merges);

	if (r < 0 && !existed)
		return r;

	*ret_link =
		transfer_add_hard_link(t, stx->stx_ino, stx->stx_nlink, directory, directory->to,
				       name, S_ISREG(stx->stx_mode) ? O_RDWR : O_PATH);
	if (!*ret_link && !existed)
		(void)unlinkat(directory->to, name, 0);
	return *ret_link ? 0 : -ENOMEM;
}

/* Keeps what undoing needs; the attributes are those of the new file. */
static void keep_for_undo(struct hard_link *link, const struct file *file)
{
	link->shrunk = file->shrinks && file->moved < file->size ? file->size : 0;
}

static int finish_link(struct transfer *t, struct directory *directory, const char *name,
		       struct file *file, struct hard_link *link)
{
	int r;

	(void)pthread_mutex_lock(&t->lock);
	r = forget_name(t, directory, name);
	if (r >= 0) {
		keep_for_undo(link, file);
		hard_links_seen(&t->hard_links, link);
	}
	(void)pthread_mutex_unlock(&t->lock);

	return r;
}

static void undo_link(struct transfer *t, struct file *file, struct hard_link *link)
{
	int r = file_undo(file, t);

	(void)pthread_mutex_lock(&t->lock);
	if (r < 0) {
		keep_for_undo(link, file);
		/* The new file may not have them. */
		link->attributes = malloc(sizeof *link->attributes);
		if (link->attributes)
			*link->attributes = TAKE_ATTRIBUTES(file->attributes);
	}
	(void)pthread_mutex_unlock(&t->lock);
}

/* Finds or begins the file; *ret_link is NULL if nothing more is to be done for the name. */
static int begin_link(struct transfer *t, struct directory *directory, const char *name,
		      const struct statx *stx, struct file *file, struct hard_link **ret_link)
{
	struct hard_link *link = hard_links_find(&t->hard_links, stx->stx_ino);

	*ret_link = NULL;
	return link ? add_name(t, directory, name, link)
		    : add_link(t, directory, name, stx, file, ret_link);
}

int transfer_hard_link(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx)
{
	_cleanup_(file_done) struct file file = FILE_INIT;
	struct hard_link *link;
	int r;

	(void)pthread_mutex_lock(&t->lock);
	r = begin_link(t, directory, name, stx, &file, &link);
	(void)pthread_mutex_unlock(&t->lock);
	if (r < 0 || !link)
		return r;

	if (S_ISREG(stx->stx_mode))
		r = file_fill(&file, t);
	if (r >= 0)
		r = finish_link(t, directory, name, &file, link);
	if (r < 0)
		undo_link(t, &file, link);
	return r;
}

int transfer_last_name(struct transfer *t, struct directory *directory, const char *name,
		       const struct statx *stx)
{
	struct hard_link *link;
	int r = 0;

	if (!t->moves)
		return 0;

	(void)pthread_mutex_lock(&t->lock);
	link = hard_links_find(&t->hard_links, stx->stx_ino);
	if (link)
		r = add_name(t, directory, name, link);
	(void)pthread_mutex_unlock(&t->lock);

	return r < 0 ? r : !!link;
}

int transfer_open_hard_link(const struct transfer *t, const struct hard_link *link, int flags)
{
	int fd = link->path ? openat(t->to, link->path + 1, flags | O_NOFOLLOW | O_CLOEXEC)
			    : fcntl(link->to, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}
