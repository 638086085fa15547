/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The new root: a tmpfs with the contents of the initramfs. The early init and the service share
 * this; each makes it the root in its own way. It only prepares: remount_undo() reverts everything.
 */
#pragma once

#include <stdbool.h>

#include "held.h"
#include "tmpfs.h"
#include "tree.h"

/* How it is made. */
struct remount_plan {
	int proc; /* as proc_open() returns it */
	const struct tmpfs_options *options;
	const char *huge; /* the kernel's transparent_hugepage_tmpfs=, or NULL */
	bool moves;	  /* the files are removed from the initramfs; else it stays as it is */
	bool changes;	  /* other programs run, and may change it while it is copied */
};

/* What has been made of it. */
struct remount {
	int old_tree; /* the initramfs without what is mounted on it */
	int new_root; /* a detached mount */
	struct tree_size size;
	struct held held; /* the files that the caller has open in old_tree, or, once made, in
			     new_root */
	bool moved;	  /* old_tree has only what something is mounted on, and its parents */
};

#define REMOUNT_INIT                                                                               \
	{                                                                                          \
		.old_tree = -EBADF, .new_root = -EBADF                                             \
	}

/* Whether / is a file system that fstag can move: a tmpfs or ramfs, unless fstag has made it. 1; or
 * 0, and then *ret_reason says why not, for a message; or a negative errno. */
int remount_is_due(int proc, const char **ret_reason);

/*
 * Makes it. The caller's own open files are then those of the new root, except for those that are
 * closed on execution.
 *
 * It first checks whether there is room. Returns 0 or a negative errno; then the initramfs is as
 * before, and *ret_problem says what failed, and precedes the text of the errno, or is NULL.
 */
int remount_make(struct remount *remount, const struct remount_plan *plan, char **ret_problem);

/* Moves back to the initramfs whatever was moved. Returns 0 or the first error. */
int remount_undo(struct remount *remount);

void remount_done(struct remount *remount);
