/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A move that fails because the new file system is full, at each possible place: everything is as
 * before. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "processors.h"
#include "test.h"
#include "tmpfs.h"

#define DIRECTORIES 24
#define MOST_NAMES 400
#define KEY "trusted.test"
#define PLACE "test-undo.XXXXXX"

/* Everything that the move must not change. */
struct state {
	char path[64];
	struct stat st;
	ssize_t xattr;
};

static struct state states[2][MOST_NAMES], *next_state;

static int note(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)type;
	(void)ftw;
	(void)snprintf(next_state->path, sizeof next_state->path, "%s", path);
	next_state->st = *st;
	next_state->xattr = lgetxattr(path, KEY, NULL, 0);
	next_state++;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct state *)a)->path, ((const struct state *)b)->path);
}

static size_t note_all(int root, struct state *list)
{
	next_state = list;
	CHECK_INT(fchdir(root), 0, "fchdir");
	CHECK_INT(nftw(".", note, 16, FTW_PHYS), 0, "nftw");
	qsort(list, (size_t)(next_state - list), sizeof *list, by_path);
	return (size_t)(next_state - list);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static void check_same(const struct state *before, const struct state *after, uint64_t inodes)
{
	unsigned long long n = inodes;

	CHECK_TEXT(after->path, before->path, "path");
	CHECK(after->st.st_mode == before->st.st_mode && after->st.st_uid == before->st.st_uid,
	      "%llu inodes: '%s' has another mode or owner", n, before->path);
	CHECK(is_same_time(&after->st.st_atim, &before->st.st_atim) &&
		      is_same_time(&after->st.st_mtim, &before->st.st_mtim),
	      "%llu inodes: '%s' has other times", n, before->path);
	CHECK(after->xattr == before->xattr, "%llu inodes: '%s' has other attributes", n,
	      before->path);
	CHECK(after->st.st_nlink == before->st.st_nlink, "%llu inodes: '%s' has %d names", n,
	      before->path, (int)after->st.st_nlink);
}

/* Reading does not update the access times. */
static int make_root(uint64_t inodes)
{
	const struct tree_size nothing = {};
	struct mount_attr noatime = { .attr_clr = MOUNT_ATTR__ATIME,
				      .attr_set = MOUNT_ATTR_NOATIME };
	struct tmpfs_options options = { .parameter = "parameter" };
	char text[64], *problem;
	int fd;

	(void)snprintf(text, sizeof text, "size=64M,nr_inodes=%llu", (unsigned long long)inodes);
	options.text = text;
	fd = tmpfs_make(&options, &nothing, &problem);
	if (fd >= 0)
		CHECK_INT(mount_setattr(fd, "", AT_EMPTY_PATH, &noatime, sizeof noatime), 0,
			  "noatime");
	return fd;
}

static void set_times(const char *path, int seconds)
{
	struct timespec times[2] = { { seconds, 123456789 }, { 2 * seconds, 987654321 } };

	CHECK_INT(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0, path);
}

static void set_xattr(const char *path, size_t size)
{
	static const char value[4096];

	CHECK_INT(setxattr(path, KEY, value, size, 0), 0, path);
}

static void make_file(const char *path, const char *other_name, int i)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);

	CHECK_INT(write(fd, path, strlen(path)), strlen(path), path);
	if (i % 3 == 0)
		set_xattr(path, (size_t)(i * 37 % 1500));
	if (i % 4 == 0)
		CHECK_INT(link(path, other_name), 0, other_name);
	set_times(path, 1000 + i);
}

/* Attributes that need memory, especially those of directories, which are set last. */
static void make_tree(int root)
{
	char path[64], parent[32], other[64];

	CHECK_INT(fchdir(root), 0, "fchdir");
	for (int i = 0; i < DIRECTORIES; i++) {
		(void)snprintf(parent, sizeof parent, i % 2 ? "d%d" : ".", i - 1);
		(void)snprintf(path, sizeof path, "%s/d%d", parent, i);
		CHECK_INT(mkdir(path, (mode_t)(0700 + i)), 0, path);
		(void)snprintf(other, sizeof other, "other%d", i);
		for (int k = 0; k < 4; k++) {
			(void)snprintf(path, sizeof path, "%s/d%d/f%d", parent, i, k);
			make_file(path, other, 4 * i + k);
		}
	}
	for (int i = DIRECTORIES - 1; i >= 0; i--) {
		(void)snprintf(parent, sizeof parent, i % 2 ? "d%d" : ".", i - 1);
		(void)snprintf(path, sizeof path, "%s/d%d", parent, i);
		set_xattr(path, (size_t)(i * 91 % 3000));
		set_times(path, 5000 + i);
	}
	set_xattr(".", 2000);
	set_times(".", 9999);
}

static void check_undone(int from, size_t n, uint64_t inodes)
{
	CHECK_INT(note_all(from, states[1]), n, "names");
	for (size_t i = 0; i < n; i++)
		check_same(&states[0][i], &states[1][i], inodes);
}

/* Until there is room for everything. */
static void move_with_inodes(int from, size_t n)
{
	const struct tree_options options = {};
	int failures = 0, r = -ENOSPC;

	for (uint64_t inodes = 2; r == -ENOSPC; inodes++) {
		_cleanup_close_ int to = make_root(inodes);
		_cleanup_free_ char *path = NULL;
		int undo_error;

		r = tree_move(from, to, &options, &path, &undo_error);
		CHECK_INT(undo_error, 0, "undo_error");
		if (r == -ENOSPC) {
			check_undone(from, n, inodes);
			failures++;
		}
	}

	CHECK_INT(r, 0, "tree_move");
	CHECK(failures >= (int)n / 2, "only %d failures", failures);
}

int main(void)
{
	(void)umask(0);
	for (int processors = 1; processors <= 4; processors += 3) {
		_cleanup_close_ int from = make_root(0);
		size_t n;

		if (from == -EPERM)
			return 77;

		use_processors(processors);
		make_tree(from);
		n = note_all(from, states[0]);
		move_with_inodes(from, n);
	}

	return TEST_RESULT;
}
