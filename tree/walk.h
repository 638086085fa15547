/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks a tree of files with several threads, and never across a path: every directory is opened
 * below its parent. A thread takes some names of a directory and leaves the others to whoever has
 * time. It uses no stack for the depth, and as many open directories as there are between the root
 * and what is being worked on.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "directory.h"

/* Each returns 0 or a negative errno, which ends the walk. */
struct visitor {
	/* A directory was opened; none of its entries has been seen. */
	int (*enter)(void *context, struct directory *directory);
	/* An entry of the directory that is no directory. */
	int (*entry)(void *context, struct directory *directory, const char *name,
		     const struct statx *stx);
	/* All that is below the directory has been seen. */
	int (*leave)(void *context, struct directory *directory);
	/* After an error: the directory was entered and will not be left. May be NULL. */
	void (*abandon)(void *context, struct directory *directory);
};

struct walk_options {
	unsigned threads; /* at least 1, which makes no thread but works in the caller's */
	bool goes_on;	  /* after an error; the first one is returned at the end */
	bool changes; /* others work in the tree: what has vanished, or is seen twice, is no error,
			 and an entry that has changed is tried again */
};

/*
 * Visits root, an open directory, and all below it, on its file system as root shows it.
 *
 * Returns 0 or the first error of a visitor or of its own; *ret_path is then the path where that
 * was, to be freed, or NULL where there is no memory for it. With more than one thread, each but
 * the caller's has a current directory of its own.
 */
int walk_tree(int root, const struct visitor *visitor, void *context,
	      const struct walk_options *options, char **ret_path);
