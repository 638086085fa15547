/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks a tree of files with several threads, and never through a path: every directory is opened
 * below its parent. A thread takes some names of a directory and leaves the others to any thread
 * that is idle. The depth needs no stack, and only the directories between the root and the current
 * entries are open.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "directory.h"

/* Each but abandon() returns 0 or a negative errno, which ends the walk. All but entry() may be
 * NULL. */
struct visitor {
	/* A directory was opened; none of its entries has been seen. */
	int (*enter)(void *context, struct directory *directory);
	/* An entry of the directory that is not a directory. */
	int (*entry)(void *context, struct directory *directory, const char *name,
		     const struct statx *stx);
	/* Everything below the directory has been seen. */
	int (*leave)(void *context, struct directory *directory);
	/* After an error: the directory was entered and will not be left. */
	void (*abandon)(void *context, struct directory *directory);
};

struct walk_options {
	unsigned threads; /* at least 1, which creates no thread but runs in the caller's */
	bool goes_on;	  /* after an error; the first one is returned at the end */
	/* Other processes work in the tree: it is no error if an entry has vanished, or is seen
	 * twice, and an entry that has changed is tried again. */
	bool changes;
};

/*
 * Visits root, an open directory, and everything below it, on its file system as root shows it.
 *
 * Returns 0 or the first error of a visitor or of the walk; *ret_path is then the path that it is
 * about, to be freed, or NULL if out of memory. With more than one thread, each except the caller's
 * has its own current directory.
 */
int walk_tree(int root, const struct visitor *visitor, void *context,
	      const struct walk_options *options, char **ret_path);
