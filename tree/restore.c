/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "file.h"
#include "transfer-hard-link.h"
#include "walk.h"

struct restore {
	struct transfer *t, *back;
};

/* Moves back the data that is only in the new file. */
static int restore_data(const struct transfer *t, struct hard_link *link, int dir, const char *name)
{
	_cleanup_(file_done) struct file file = {
		.in = openat(dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC),
		.out = -EBADF,
		.shrinks = true,
		.size = link->shrunk,
	};
	int r = file.in < 0 ? -errno : 0;

	if (r >= 0)
		r = file.out = transfer_open_hard_link(t, link, O_RDWR);
	if (r < 0)
		return r;

	if (link->attributes)
		file.attributes = TAKE_ATTRIBUTES(*link->attributes);
	else
		r = attributes_read(&file.attributes, file.out, t->to_is_ramfs);

	return r < 0 ? r : file_undo(&file, t);
}

static int new_inode(const struct transfer *t, const struct hard_link *link, struct stat *ret_st)
{
	_cleanup_close_ int fd = transfer_open_hard_link(t, link, O_PATH);

	return fd < 0 ? fd : fstat(fd, ret_st) < 0 ? -errno : 0;
}

static int entry(void *context, struct directory *directory, const char *name,
		 const struct statx *stx)
{
	struct restore *restore = context;
	struct hard_link *link = hard_links_find(&restore->t->hard_links, stx->stx_ino);
	struct stat st;
	int r;

	/* Only for the first of the names that have stayed. */
	if (!link || link->unseen == 0)
		return 0;

	link->unseen = 0;
	r = new_inode(restore->t, link, &st);
	if (r >= 0 && link->shrunk > 0)
		r = restore_data(restore->t, link, directory->from, name);
	if (r < 0)
		return r;

	/* A name that moves back becomes one more name of the file that still exists. */
	return transfer_add_hard_link(restore->back, st.st_ino, (unsigned)st.st_nlink, directory,
				      directory->from, name, O_PATH)
		       ? 0
		       : -ENOMEM;
}

int restore_hard_links(int from, struct transfer *t, struct transfer *back)
{
	static const struct visitor visitor = { .entry = entry };
	struct restore restore = { t, back };
	_cleanup_free_ char *path = NULL;

	if (t->hard_links.n == 0)
		return 0;

	/* In one thread, because memory may be short now. */
	return walk_tree(from, &visitor, &restore, &(struct walk_options){ 1, true, false }, &path);
}
