/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trees that are deeper, and have more names of one file, than descriptors are allowed. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "processors.h"
#include "test.h"
#include "tmpfs.h"
#include "tree.h"

#define MOST_DEPTH 10000
#define PAIRS 1000
#define FEW_FILES 128

static int make_tmpfs(const char *text)
{
	const struct tmpfs_options options = { text, "parameter" };
	const struct tree_size nothing = {};
	char *problem;

	return tmpfs_make(&options, &nothing, &problem);
}

static struct rlimit limit_files(rlim_t soft, rlim_t hard)
{
	struct rlimit old;

	CHECK_INT(getrlimit(RLIMIT_NOFILE, &old), 0, "getrlimit");
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ soft, hard ? MIN(hard, old.rlim_max)
									: old.rlim_max }),
		  0, "setrlimit");
	return old;
}

static void make_deep(int root, int depth)
{
	CHECK_INT(fchdir(root), 0, "fchdir");
	for (int i = 0; i < depth; i++)
		CHECK_INT(mkdir("deeper", 0700) < 0 || chdir("deeper") < 0, 0, "deeper");
	(void)close(open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	CHECK_INT(link("file", "name"), 0, "name");
	CHECK_INT(chdir("/"), 0, "chdir");
}

static int count_deep(int root)
{
	struct stat st = {};
	int depth = 0;

	CHECK_INT(fchdir(root), 0, "fchdir");
	while (chdir("deeper") == 0)
		depth++;
	CHECK_INT(stat("name", &st), 0, "stat");
	CHECK_INT(st.st_nlink, 2, "names");
	CHECK_INT(chdir("/"), 0, "chdir");
	return depth;
}

/* Two descriptors per directory if the limit can be raised that far, starting with the limit of a
 * shell. */
static void move_deep(void)
{
	_cleanup_close_ int from = detached_mount("ramfs"), to = make_tmpfs("size=64M");
	const struct rlimit old = limit_files(1024, 0);
	int depth = (int)MIN((old.rlim_max - 100) / 2, MOST_DEPTH), undo_error;
	struct tree_options options = {};
	_cleanup_free_ char *path = NULL;
	struct tree_size size = {};

	make_deep(from, depth);
	CHECK_INT(tree_measure(from, &options, &size, &path), 0, "tree_measure");
	options.names = (uint64_t)depth + 3;
	CHECK_INT(size.names, options.names, "names");
	CHECK_INT(tree_move(from, to, &options, &path, &undo_error), 0, "tree_move");
	CHECK_INT(count_deep(to), depth, "depth");
	CHECK_INT(tree_move_back(from, to, &path), 0, "tree_move_back");
	CHECK_INT(count_deep(from), depth, "depth");
	(void)setrlimit(RLIMIT_NOFILE, &old);
}

/* Names of one file in two directories; the second one is visited after all names of the first have
 * moved. */
static void make_pairs(int root)
{
	char first[32], second[32];

	CHECK_INT(mkdirat(root, "a", 0700), 0, "a");
	CHECK_INT(mkdirat(root, "b", 0700), 0, "b");
	for (int i = 0; i < PAIRS; i++) {
		(void)snprintf(first, sizeof first, "a/%d", i);
		(void)snprintf(second, sizeof second, "b/%d", i);
		_cleanup_close_ int fd = openat(root, first, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		CHECK_INT(write(fd, first, sizeof first), sizeof first, first);
		CHECK_INT(linkat(root, first, root, second, 0), 0, second);
	}
}

static void check_pairs(int root)
{
	char first[32], second[32], text[32] = "";

	for (int i = 0; i < PAIRS; i++) {
		struct stat a = {}, b = {};

		(void)snprintf(first, sizeof first, "a/%d", i);
		(void)snprintf(second, sizeof second, "b/%d", i);
		CHECK_INT(fstatat(root, first, &a, 0), 0, first);
		CHECK_INT(fstatat(root, second, &b, 0), 0, second);
		CHECK_INT(a.st_nlink, 2, first);
		CHECK_INT(a.st_ino, b.st_ino, second);
		_cleanup_close_ int fd = openat(root, second, O_RDONLY | O_CLOEXEC);
		CHECK_INT(read(fd, text, sizeof text), sizeof text, second);
		CHECK_TEXT(text, first, second);
	}
}

static void give_up_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	CHECK_INT(syscall(SYS_capget, &header, data), 0, "capget");
	data[0].effective &= ~(1U << CAP_SYS_RESOURCE);
	CHECK_INT(syscall(SYS_capset, &header, data), 0, "capset");
}

/* First to a file system without enough room for all of them. */
static void move_pairs(void)
{
	_cleanup_close_ int from = make_tmpfs("size=64M"), to = make_tmpfs("size=64M"),
			    small = make_tmpfs("size=64M,nr_inodes=1500");
	const struct tree_options options = {};
	_cleanup_free_ char *path = NULL, *failed = NULL;
	int undo_error;

	make_pairs(from);
	give_up_capability();
	(void)limit_files(FEW_FILES, FEW_FILES);
	CHECK_INT(tree_move(from, small, &options, &failed, &undo_error), -ENOSPC, "too small");
	CHECK_INT(undo_error, 0, "undo_error");
	check_pairs(from);
	CHECK_INT(tree_move(from, to, &options, &path, &undo_error), 0, "tree_move");
	check_pairs(to);
}

int main(void)
{
	_cleanup_close_ int fs = detached_mount("ramfs");

	if (fs == -EPERM)
		return 77;

	(void)umask(0);
	move_deep();
	use_processors(1);
	move_pairs();
	return TEST_RESULT;
}
