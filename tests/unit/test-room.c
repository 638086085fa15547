/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mount.h>

#include "cleanup.h"
#include "proc.h"
#include "room.h"
#include "test.h"
#include "tmpfs.h"

/* Limits of 1 MiB and 100 names. */
static int make_root(void)
{
	const struct tmpfs_options options = { "size=1M,nr_inodes=100", "parameter" };
	const struct tree_size nothing = {};
	char *problem;

	return tmpfs_make(&options, &nothing, &problem);
}

int main(void)
{
	static const struct {
		struct tree_size size;
		bool moves;
		int r;
		const char *problem; /* its beginning */
	} table[] = {
		{ { .names = 100, .bytes = 1 << 20 }, true, 0, NULL },
		{ { .names = 100, .bytes = 1 << 20 }, false, 0, NULL },
		{ { .names = 101, .bytes = 0 }, true, -ENOSPC, "parameter= allows 100 files" },
		{ { .names = 98, .xattrs = 2048 }, true, 0, NULL },
		{ { .names = 98, .xattrs = 2049 }, true, -ENOSPC, "parameter= allows 100 files" },
		{ { .names = 1, .bytes = 2 << 20 }, true, -ENOSPC, "parameter= allows 1 MiB" },
	};
	_cleanup_close_ int root = make_root(), proc = proc_open(), unlimited = -EBADF;
	const struct tmpfs_options no_limits = { "size=0,nr_inodes=0", "parameter" };
	const struct tree_size huge = { .names = 1, .bytes = UINT64_C(1) << 50 };
	char *problem = NULL;

	if (root == -EPERM)
		return 77;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		problem = NULL;
		CHECK_INT(room_check(&table[i].size, table[i].moves, root, proc, "parameter",
				     &problem),
			  table[i].r, "room_check");
		CHECK(table[i].problem ? problem && strstr(problem, table[i].problem) == problem
				       : !problem,
		      "it says %s", problem ?: "nothing");
		free(problem);
	}

	/* A copy needs more memory than any machine has; a move would do. */
	unlimited = tmpfs_make(&no_limits, &huge, &problem);
	CHECK_INT(room_check(&huge, true, unlimited, proc, "parameter", &problem), 0, "moving");
	CHECK_INT(room_check(&huge, false, unlimited, proc, "parameter", &problem), -ENOMEM,
		  "copying");
	CHECK(problem && strstr(problem, "MiB of memory are needed to copy"), "it says %s",
	      problem ?: "nothing");
	free(problem);

	return TEST_RESULT;
}
