/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "measure.h"
#include "restore.h"
#include "transfer-visitor.h"
#include "walk.h"

/* More do not help: they wait for the same locks of the kernel. */
#define MAX_THREADS 8U
#define MAX_FILES ((rlim_t)1 << 20) /* fs.nr_open, as the kernel sets it */

static unsigned choose_threads(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	return sched_getaffinity(0, sizeof set, &set) < 0
		       ? 1
		       : MIN((unsigned)CPU_COUNT(&set), MAX_THREADS);
}

static int is_ramfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? -errno : (unsigned)fs.f_type == RAMFS_MAGIC;
}

/* A tmpfs with limits counts what it contains; shmem_statfs() in the kernel's mm/shmem.c. */
static bool ask_tmpfs(int fd, struct tree_size *ret_size)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0 || fs.f_type != TMPFS_MAGIC || fs.f_blocks == 0 || fs.f_files == 0)
		return false;

	*ret_size = (struct tree_size){
		.names = fs.f_files - fs.f_ffree,
		.bytes = (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize,
	};
	return true;
}

/* A directory stays open until everything below it has been seen. If the limit cannot be raised,
 * the walk may reach it. */
static struct rlimit allow_open_files(void)
{
	struct rlimit old, more;

	if (getrlimit(RLIMIT_NOFILE, &old) < 0)
		return (struct rlimit){};

	more = (struct rlimit){ MAX(old.rlim_cur, MAX_FILES), MAX(old.rlim_max, MAX_FILES) };
	if (setrlimit(RLIMIT_NOFILE, &more) < 0) {
		more = (struct rlimit){ old.rlim_max, old.rlim_max };
		(void)setrlimit(RLIMIT_NOFILE, &more);
	}
	return old;
}

static void restore_open_files(const struct rlimit *old)
{
	if (old->rlim_max > 0)
		(void)setrlimit(RLIMIT_NOFILE, old);
}

/* Unused; this silences clang. */
#define _open_files_ _cleanup_(restore_open_files) __attribute__((unused))

static int transfer_init(struct transfer *t, int from, int to)
{
	int from_is_ramfs = is_ramfs(from), to_is_ramfs = is_ramfs(to);

	if (from_is_ramfs < 0 || to_is_ramfs < 0)
		return MIN(from_is_ramfs, to_is_ramfs);

	*t = (struct transfer){
		.to = to,
		.from_is_ramfs = from_is_ramfs,
		.to_is_ramfs = to_is_ramfs,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	return 0;
}

/* Everything from the old tree has arrived, and nothing else. */
static int check_names(const struct transfer *t, const struct tree_options *options)
{
	return options->names == 0 || t->changes || t->names == options->names ? 0 : -ESTALE;
}

int tree_copy(int from, int to, const struct tree_options *options, char **ret_path)
{
	_open_files_ struct rlimit limit = allow_open_files();
	struct transfer t;
	int r = transfer_init(&t, from, to);

	*ret_path = NULL;
	if (r < 0)
		return r;

	t.keeps_mode = options->keeps_mode;
	t.changes = options->changes;
	r = walk_tree(from, &transfer_visitor, &t,
		      &(struct walk_options){ choose_threads(), false, options->changes },
		      ret_path);
	if (r >= 0)
		r = check_names(&t, options);
	hard_links_done(&t.hard_links);
	return r;
}

/* In one thread, because memory may be short now. */
static int move_back(struct transfer *t, int from)
{
	struct transfer back = {
		.to = from,
		.moves = true,
		.merges = true,
		.from_is_ramfs = t->to_is_ramfs,
		.to_is_ramfs = t->from_is_ramfs,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	_cleanup_free_ char *path = NULL;
	int r, k;

	r = restore_hard_links(from, t, &back);
	k = walk_tree(t->to, &transfer_visitor, &back, &(struct walk_options){ 1, true, false },
		      &path);
	hard_links_done(&back.hard_links);
	return r < 0 ? r : k;
}

int tree_move(int from, int to, const struct tree_options *options, char **ret_path,
	      int *ret_undo_error)
{
	_open_files_ struct rlimit limit = allow_open_files();
	struct transfer t;
	int r = transfer_init(&t, from, to);

	*ret_path = NULL;
	*ret_undo_error = 0;
	if (r < 0)
		return r;

	t.moves = true;
	t.running = options->running;
	t.keeps_mode = options->keeps_mode;
	r = walk_tree(from, &transfer_visitor, &t,
		      &(struct walk_options){ choose_threads(), false, false }, ret_path);
	if (r >= 0)
		r = check_names(&t, options);
	if (r < 0 && t.has_begun)
		*ret_undo_error = move_back(&t, from);
	hard_links_done(&t.hard_links);
	return r;
}

int tree_move_back(int from, int to, char **ret_path)
{
	_open_files_ struct rlimit limit = allow_open_files();
	struct transfer t;
	int r = transfer_init(&t, from, to);

	*ret_path = NULL;
	if (r < 0)
		return r;

	return move_back(&t, from);
}

int tree_measure(int tree, const struct tree_options *options, struct tree_size *ret_size,
		 char **ret_path)
{
	_open_files_ struct rlimit limit = allow_open_files();
	struct measure measure = { .size.is_exact = true };
	int r = is_ramfs(tree);

	*ret_path = NULL;
	if (r < 0)
		return r;
	if (!options->is_exact && ask_tmpfs(tree, ret_size))
		return 0;

	measure.is_ramfs = r;
	r = walk_tree(tree, &measure_visitor, &measure,
		      &(struct walk_options){ choose_threads(), false, options->changes },
		      ret_path);
	if (r < 0)
		return r;

	*ret_size = measure.size;
	return 0;
}

/* Ends the walk at the first name of the file; the walk then has the path. */
#define FOUND (-ECANCELED)

static int find_entry(void *context, struct directory *directory, const char *name,
		      const struct statx *stx)
{
	const ino_t *inode = context;

	(void)directory;
	(void)name;
	return stx->stx_ino == *inode ? FOUND : 0;
}

static int find_directory(void *context, struct directory *directory)
{
	const ino_t *inode = context;
	struct stat st;

	if (fstat(directory->from, &st) < 0)
		return -errno;

	return st.st_ino == *inode ? FOUND : 0;
}

int tree_find(int tree, ino_t inode, char **ret_path)
{
	static const struct visitor visitor = { .enter = find_directory, .entry = find_entry };
	_open_files_ struct rlimit limit = allow_open_files();
	_cleanup_free_ char *path = NULL;
	/* Other processes may work in it. */
	int r = walk_tree(tree, &visitor, &inode, &(struct walk_options){ 1, false, true }, &path);

	if (r != FOUND)
		return r;
	if (!path)
		return -ENOMEM;

	*ret_path = TAKE_PTR(path);
	return 1;
}
