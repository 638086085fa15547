/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory that a tree takes in both file systems together while it moves. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "processors.h"
#include "test.h"
#include "tmpfs.h"

#define MIB ((uint64_t)1 << 20)

struct sampler {
	int from, to;
	uint64_t peak;
	atomic_bool is_over;
};

static uint64_t used(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? 0
				    : (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize;
}

static void *sample(void *context)
{
	struct sampler *sampler = context;

	while (!sampler->is_over) {
		/* In this order, data that moves in between counts for too little and never for too
		 * much. */
		uint64_t bytes = used(sampler->to);

		bytes += used(sampler->from);
		if (bytes > sampler->peak)
			sampler->peak = bytes;
	}

	return NULL;
}

static void make_file(int dir, const char *name, size_t size)
{
	_cleanup_free_ char *bytes = malloc(size);
	_cleanup_close_ int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	memset(bytes, 'x', size);
	CHECK_INT(write(fd, bytes, size), size, name);
}

/* Names of one file in two directories; the second one is visited after all names of the first have
 * moved; and one large file. */
static void make_tree(int root)
{
	char first[32], second[32];

	CHECK_INT(mkdirat(root, "a", 0700), 0, "a");
	CHECK_INT(mkdirat(root, "b", 0700), 0, "b");
	for (int i = 0; i < 64; i++) {
		(void)snprintf(first, sizeof first, "a/%d", i);
		(void)snprintf(second, sizeof second, "b/%d", i);
		make_file(root, first, MIB / 2);
		CHECK_INT(linkat(root, first, root, second, 0), 0, second);
	}
	make_file(root, "large", 32 * MIB);
}

static int make_root(void)
{
	const struct tmpfs_options options = { "size=256M", "parameter" };
	const struct tree_size nothing = {};
	char *problem;

	return tmpfs_make(&options, &nothing, &problem);
}

int main(void)
{
	struct sampler sampler = { make_root(), make_root(), 0, false };
	const struct tree_options options = {};
	_cleanup_free_ char *path = NULL;
	uint64_t before;
	pthread_t thread;
	int undo_error;

	if (sampler.from == -EPERM)
		return 77;

	make_tree(sampler.from);
	before = used(sampler.from);
	CHECK_INT(before, 64 * MIB, "the tree");
	CHECK_INT(pthread_create(&thread, NULL, sample, &sampler), 0, "pthread_create");
	use_processors(1);
	CHECK_INT(tree_move(sampler.from, sampler.to, &options, &path, &undo_error), 0,
		  "tree_move");
	sampler.is_over = true;
	(void)pthread_join(thread, NULL);

	CHECK_INT(used(sampler.from), 0, "left");
	CHECK_INT(used(sampler.to), before, "moved");
	CHECK(sampler.peak <= before + 2 * MIB, "%llu bytes at the peak",
	      (unsigned long long)sampler.peak);
	return TEST_RESULT;
}
