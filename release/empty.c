/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "empty.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "names.h"

/* The unit of st_blocks, whatever the block size is. */
#define BLOCK_BYTES 512

/* Neither an error nor progress. */
#define STAYS 1

struct emptying {
	int top;
	unsigned n_moved; /* the names of directories that moved up are numbers */
	uint64_t n_steps; /* how many names were removed or moved in this round */
	struct emptied emptied;
};

static int open_directory(int parent, const char *name)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
	};
	int fd = (int)syscall(SYS_openat2, parent, name, &how, sizeof how);

	return fd < 0 ? -errno : fd;
}

int empty_has_names(int directory)
{
	_cleanup_closedir_ DIR *dir = NULL;
	int r = names_open(directory, ".", &dir);

	return r < 0 ? r : names_next(dir) != NULL;
}

static int remove_file(struct emptying *e, int parent, const char *name, const struct stat *st)
{
	if (unlinkat(parent, name, 0) < 0)
		return -errno;

	if (st->st_nlink == 1) {
		e->emptied.n_files++;
		e->emptied.n_bytes += (uint64_t)st->st_blocks * BLOCK_BYTES;
	}
	return 0;
}

static int move_up(struct emptying *e, int parent, const char *name)
{
	char number[sizeof ".fstag-4294967295"];

	(void)snprintf(number, sizeof number, ".fstag-%u", e->n_moved++);
	return renameat2(parent, name, e->top, number, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

static int remove_or_move(struct emptying *e, int parent, const char *name)
{
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return -errno;

	return S_ISDIR(st.st_mode) ? move_up(e, parent, name) : remove_file(e, parent, name, &st);
}

static void count_step(struct emptying *e, int r)
{
	if (r == STAYS)
		return;
	if (r == 0) {
		e->n_steps++;
		return;
	}

	/* An error about the contents of a directory comes before one about the directory itself,
	 * which only follows from it. */
	if (e->emptied.n_left++ == 0)
		e->emptied.error = r;
}

static int remove_directory(struct emptying *e, const char *name)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int fd = open_directory(e->top, name);
	int r = fd < 0 ? fd : names_take(fd, &dir);

	if (r < 0)
		return r;

	entry = names_next(dir);
	if (!entry)
		return STAYS;

	do
		count_step(e, remove_or_move(e, dirfd(dir), entry->d_name));
	while ((entry = names_next(dir)));

	return unlinkat(e->top, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int remove_from_top(struct emptying *e, const char *name)
{
	struct stat st;

	if (fstatat(e->top, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return -errno;

	return S_ISDIR(st.st_mode) ? remove_directory(e, name) : remove_file(e, e->top, name, &st);
}

/* Visits each name of the top directory once. */
static int empty_round(struct emptying *e)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r = names_open(e->top, ".", &dir);

	if (r < 0)
		return r;

	e->n_steps = 0;
	e->emptied.n_left = 0;
	while ((entry = names_next(dir)))
		count_step(e, remove_from_top(e, entry->d_name));

	return 0;
}

int empty_directory(int directory, struct emptied *ret_emptied)
{
	struct emptying e = { .top = directory };
	int r;

	/* The last round is the one that finds nothing to do; what is left then stays. */
	do {
		r = empty_round(&e);
		if (r < 0)
			return r;
	} while (e.n_steps > 0);

	*ret_emptied = e.emptied;
	return 0;
}
