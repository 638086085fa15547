/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole trees, from one tmpfs or ramfs to another: copied, moved, counted.
 *
 * The directories that are given are the roots of their file systems, open, without anything
 * mounted below (a clone that open_tree(2) makes). The caller has set the umask to 0. The work is
 * shared by a thread for each processor that the caller may use.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tree-size.h"

struct tree_options {
	ino_t running;	 /* the program that moves the tree, if it is in it; 0: it is not */
	bool is_exact;	 /* each name is looked at when it is measured */
	bool keeps_mode; /* the mode of the new root stays */
	bool changes;	 /* others work in it while it is measured and copied: what vanishes, or
			    comes too late, is left out */
	uint64_t names;	 /* as measured: fewer or more is an error, ESTALE. 0: any number */
};

/*
 * What is returned by all: 0 or a negative errno; *ret_path is then where that was, to be freed, or
 * NULL.
 */

int tree_measure(int tree, const struct tree_options *options, struct tree_size *ret_size,
		 char **ret_path);

/* After an error, to is incomplete. */
int tree_copy(int from, int to, const struct tree_options *options, char **ret_path);

/*
 * What is moved is gone from where it was at once, so that no more than a step of each thread
 * exists twice. Nobody else may use from. After an error all is where it was before, and to is
 * empty; *ret_undo_error then is 0, or what that met, and some of it still is in to.
 */
int tree_move(int from, int to, const struct tree_options *options, char **ret_path,
	      int *ret_undo_error);

/* Undoes a tree_move() that went well; it goes on after errors. */
int tree_move_back(int from, int to, char **ret_path);

/* Looks for a name of the file with that inode. Returns 1, and then *ret_path is the first one that
 * was met, to be freed; 0 where there is none; or a negative errno. */
int tree_find(int tree, ino_t inode, char **ret_path);
