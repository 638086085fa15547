/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "held.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "names.h"
#include "tree.h"

/* The flags of open(2) that the kernel keeps and that matter if the file exists. */
#define FLAGS                                                                                      \
	(O_ACCMODE | O_APPEND | O_DIRECT | O_DIRECTORY | O_DSYNC | O_NOATIME | O_NONBLOCK |        \
	 O_PATH | O_SYNC)

/* Files with data, directories, and files opened with O_PATH. What a FIFO or a socket contains
 * cannot be moved, and a device is the same through any node. */
static bool is_kind(mode_t mode, int flags)
{
	return S_ISREG(mode) || S_ISDIR(mode) || (flags & O_PATH);
}

/* A mount may hide it; then only a path from the tree leads to it. */
static bool leads_to(int tree, const char *path, const struct stat *file)
{
	struct stat st;

	return path[0] == '/' &&
	       fstatat(tree, path[1] ? path + 1 : ".", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* The path that the kernel shows: the name by which the file was opened, even if it no longer has
 * that name. */
static bool ask_path(int proc, int fd, char path[PATH_MAX])
{
	char link[sizeof "self/fd/" + 3 * sizeof fd];
	ssize_t n;

	(void)snprintf(link, sizeof link, "self/fd/%d", fd);
	n = readlinkat(proc, link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = 0;
	return n > 0;
}

/* Another descriptor of the file may already have shown its path. */
static const char *find_known(const struct held *held, int tree, const struct stat *file)
{
	for (size_t i = 0; i < held->n; i++)
		if (leads_to(tree, held->files[i].path, file))
			return held->files[i].path;

	return NULL;
}

/* 1, or 0 if it is not in the tree, or a negative errno. A file that was opened by a name, or
 * through a mount, that no longer exists has to be searched for in the whole tree. */
static int find_path(const struct held *held, int proc, int tree, int fd, const struct stat *file,
		     char **ret_path)
{
	char told[PATH_MAX];
	const char *path;

	path = ask_path(proc, fd, told) && leads_to(tree, told, file)
		       ? told
		       : find_known(held, tree, file);
	if (!path)
		return tree_find(tree, file->st_ino, ret_path);

	*ret_path = strdup(path);
	return *ret_path ? 1 : -ENOMEM;
}

/* Two descriptors, as after "2>&1", may share one file offset: moving it for one moves it for the
 * other. */
static bool shares_place(const struct held_file *a, const struct held_file *b)
{
	bool shares;

	if (a->place < 0 || a->place != b->place || a->flags != b->flags ||
	    strcmp(a->path, b->path) != 0 || lseek(a->fd, a->place + 1, SEEK_SET) < 0)
		return false;

	shares = lseek(b->fd, 0, SEEK_CUR) == a->place + 1;
	(void)lseek(a->fd, a->place, SEEK_SET);
	return shares;
}

static int find_same(const struct held *held, const struct held_file *file)
{
	for (size_t i = 0; i < held->n; i++)
		if (held->files[i].same_as < 0 && shares_place(&held->files[i], file))
			return (int)i;

	return -1;
}

static int add_file(struct held *held, const struct held_file *file)
{
	struct held_file *larger = reallocarray(held->files, held->n + 1, sizeof *larger);

	if (!larger)
		return -ENOMEM;

	held->files = larger;
	larger[held->n] = *file;
	larger[held->n].same_as = find_same(held, file);
	held->n++;
	return 0;
}

static int look_at(struct held *held, int proc, int tree, dev_t device, int fd)
{
	struct held_file file = { .fd = fd, .flags = fcntl(fd, F_GETFL) };
	int fd_flags = fcntl(fd, F_GETFD), r;
	struct stat st;

	if (fd_flags < 0 || (fd_flags & FD_CLOEXEC) || file.flags < 0)
		return 0;
	if (fstat(fd, &st) < 0 || st.st_dev != device || st.st_nlink == 0 ||
	    !is_kind(st.st_mode, file.flags))
		return 0;

	r = find_path(held, proc, tree, fd, &st, &file.path);
	if (r <= 0)
		return r;

	file.flags &= FLAGS;
	file.place = S_ISREG(st.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
	r = add_file(held, &file);
	if (r < 0)
		free(file.path);
	return r;
}

int held_read(struct held *held, int proc, int tree)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	struct stat root;
	int r;

	r = names_open(proc, "self/fd", &dir);
	if (r < 0)
		return r;
	if (fstat(tree, &root) < 0)
		return -errno;

	while (r == 0 && (entry = names_next(dir)))
		r = look_at(held, proc, tree, root.st_dev, atoi(entry->d_name));

	return r < 0 ? r : -errno;
}

static int reopen(const struct held *held, const struct held_file *file, int tree)
{
	_cleanup_close_ int fd = -EBADF;

	if (file->same_as >= 0)
		return dup2(held->files[file->same_as].fd, file->fd) < 0 ? -errno : 0;

	fd = openat(tree, file->path[1] ? file->path + 1 : ".",
		    file->flags | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (file->place > 0 && lseek(fd, file->place, SEEK_SET) < 0)
		return -errno;

	return dup2(fd, file->fd) < 0 ? -errno : 0;
}

int held_reopen(const struct held *held, int tree)
{
	int r = 0;

	for (size_t i = 0; i < held->n; i++) {
		int k = reopen(held, &held->files[i], tree);

		r = r < 0 ? r : k;
	}

	return r;
}

void held_done(struct held *held)
{
	for (size_t i = 0; i < held->n; i++)
		free(held->files[i].path);
	free(held->files);
	*held = (struct held){};
}
