/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole trees, from one tmpfs or ramfs to another: copied, moved, measured.
 *
 * The directories are the roots of their file systems, open, without anything mounted below (a
 * clone made by open_tree(2)). The caller has set the umask to 0. The work is shared by one thread
 * per processor that the caller may use.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tree-size.h"

struct tree_options {
	ino_t running;	 /* the program that moves the tree, if it is in it; 0: it is not */
	bool is_exact;	 /* each name is examined when it is measured */
	bool keeps_mode; /* the mode of the new root does not change */
	/* Other processes work in it while it is measured and copied: files that vanish, or appear
	 * too late, are left out. */
	bool changes;
	uint64_t names; /* as measured: fewer or more is an error, ESTALE. 0: any number */
};

/*
 * All return 0 or a negative errno; *ret_path is then the path that the error is about, to be
 * freed, or NULL.
 */

int tree_measure(int tree, const struct tree_options *options, struct tree_size *ret_size,
		 char **ret_path);

/* After an error, to is incomplete. */
int tree_copy(int from, int to, const struct tree_options *options, char **ret_path);

/*
 * Each file is removed from its old place at once, so that only one step per thread exists twice.
 * Nothing else may use from. After an error everything is where it was before, and to is empty;
 * *ret_undo_error is then 0, or the error of the undo, and some files are still in to.
 */
int tree_move(int from, int to, const struct tree_options *options, char **ret_path,
	      int *ret_undo_error);

/* Undoes a successful tree_move(); it goes on after errors. */
int tree_move_back(int from, int to, char **ret_path);

/* Looks for a name of the file with that inode. Returns 1, and then *ret_path is the first one
 * found, to be freed; 0 if there is none; or a negative errno. */
int tree_find(int tree, ino_t inode, char **ret_path);
