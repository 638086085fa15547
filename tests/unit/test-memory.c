/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that the kernel uses for a tree while it moves does not exceed what the check assumes.
 * Measured with a control group of the test's own, because other processes use memory, too. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "room.h"
#include "test.h"
#include "tmpfs.h"
#include "tree.h"

#define SKIP 77

static char group[128], usage[160];

static uint64_t read_usage(void)
{
	_cleanup_close_ int fd = open(usage, O_RDONLY | O_CLOEXEC);
	char text[32] = "";

	return fd >= 0 && read(fd, text, sizeof text - 1) > 0 ? strtoull(text, NULL, 10) : 0;
}

/* A control group of either version. */
static bool enter_group(void)
{
	static const char *const files[][2] = {
		{ "/sys/fs/cgroup/memory", "memory.usage_in_bytes" },
		{ "/sys/fs/cgroup", "memory.current" },
	};
	char procs[160];

	for (int i = 0; i < 2; i++) {
		(void)snprintf(group, sizeof group, "%s/fstag-test-%d", files[i][0], getpid());
		if (mkdir(group, 0755) < 0)
			continue;

		(void)snprintf(usage, sizeof usage, "%s/%s", group, files[i][1]);
		(void)snprintf(procs, sizeof procs, "%s/cgroup.procs", group);
		_cleanup_close_ int fd = open(procs, O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && write(fd, "0", 1) == 1 && read_usage() > 0)
			return true;

		(void)rmdir(group);
	}

	return false;
}

static uint64_t peak;
static atomic_bool is_over;

static void *sample(void *context)
{
	(void)context;
	while (!is_over)
		peak = MAX(peak, read_usage());
	return NULL;
}

static int make_tmpfs(void)
{
	const struct tmpfs_options options = { "size=2G,nr_inodes=0", "parameter" };
	const struct tree_size nothing = {};
	char *problem;

	return tmpfs_make(&options, &nothing, &problem);
}

/* Names of one file in two directories; the second one is visited after all names of the first have
 * moved. */
static void make_pairs(int root, int n, size_t xattr)
{
	static const char value[1 << 16];
	char first[32], second[32];

	CHECK_INT(mkdirat(root, "a", 0700), 0, "a");
	CHECK_INT(mkdirat(root, "b", 0700), 0, "b");
	for (int i = 0; i < n; i++) {
		(void)snprintf(first, sizeof first, "a/%d", i);
		(void)snprintf(second, sizeof second, "b/%d", i);
		_cleanup_close_ int fd = openat(root, first, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (xattr > 0)
			CHECK_INT(fsetxattr(fd, "trusted.test", value, xattr, 0), 0, first);
		CHECK_INT(linkat(root, first, root, second, 0), 0, second);
	}
}

static void make_chain(int root, int n, size_t unused)
{
	struct rlimit limit = {};

	(void)unused;
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0, "getrlimit");
	n = (int)MIN((rlim_t)n, (limit.rlim_max - 100) / 2);
	CHECK_INT(fchdir(root), 0, "fchdir");
	for (int i = 0; i < n; i++)
		CHECK_INT(mkdir("deeper", 0700) < 0 || chdir("deeper") < 0, 0, "deeper");
	CHECK_INT(chdir("/"), 0, "chdir");
}

static void move(void (*make)(int, int, size_t), int n, size_t xattr)
{
	_cleanup_close_ int from = make_tmpfs(), to = make_tmpfs();
	const struct tree_options options = { .is_exact = true };
	_cleanup_free_ char *path = NULL, *measured = NULL;
	struct tree_size size = {};
	uint64_t before, allowed;
	pthread_t thread;
	int undo_error;

	make(from, n, xattr);
	CHECK_INT(tree_measure(from, &options, &size, &measured), 0, "tree_measure");
	allowed = room_memory(&size, true);
	is_over = false;
	before = peak = read_usage();
	CHECK_INT(pthread_create(&thread, NULL, sample, NULL), 0, "pthread_create");
	CHECK_INT(tree_move(from, to, &options, &path, &undo_error), 0, "tree_move");
	is_over = true;
	(void)pthread_join(thread, NULL);
	CHECK(peak > before && peak - before <= allowed, "%d, %zu: %llu KiB, of %llu", n, xattr,
	      (unsigned long long)(peak - before) >> 10, (unsigned long long)allowed >> 10);
}

static int run(void)
{
	if (!enter_group())
		return SKIP;

	move(make_pairs, 50000, 0);
	move(make_pairs, 4000, 4097);
	move(make_chain, 10000, 0);
	return TEST_RESULT;
}

int main(void)
{
	_cleanup_close_ int fs = detached_mount("ramfs");
	int status = 0;
	pid_t pid;

	if (fs == -EPERM)
		return SKIP;

	(void)umask(0);
	pid = fork();
	if (pid == 0)
		_exit(run());

	/* The group is empty now. */
	(void)waitpid(pid, &status, 0);
	(void)snprintf(group, sizeof group, "/sys/fs/cgroup/memory/fstag-test-%d", pid);
	if (rmdir(group) < 0) {
		(void)snprintf(group, sizeof group, "/sys/fs/cgroup/fstag-test-%d", pid);
		(void)rmdir(group);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
