/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The new root: a tmpfs that has all that the initramfs has. What the early init and the service
 * share; how it then becomes the root is their own. It only prepares: remount_undo() takes all
 * back.
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
	bool moves;	  /* the initramfs is empty afterwards; else it stays as it is */
	bool changes;	  /* other programs run, and may change it while it is copied */
};

/* What there is of it. */
struct remount {
	int old_tree; /* the initramfs without what is mounted on it */
	int new_root; /* a mount that is attached nowhere */
	struct tree_size size;
	struct held held; /* what the caller has open in it, now in the one that it is to have */
	bool moved;	  /* nothing is left in old_tree */
};

#define REMOUNT_INIT                                                                               \
	{                                                                                          \
		.old_tree = -EBADF, .new_root = -EBADF                                             \
	}

/* Whether / is what fstag can move: a tmpfs or ramfs, and none that it has made. 1; 0, and then
 * *ret_reason says why not, to stand before "leaving it alone"; or a negative errno. */
int remount_is_due(int proc, const char **ret_reason);

/*
 * Makes it. The caller's own open files are those of the new one then, but for what no program that
 * it executes inherits.
 *
 * Looks first whether there is room. Returns 0 or a negative errno; then the initramfs is as it
 * was, *ret_problem says what could not be done, to stand before the text of the errno, or is NULL.
 */
int remount_make(struct remount *remount, const struct remount_plan *plan, char **ret_problem);

/* Gives the initramfs back what was moved, where anything was. Returns 0 or the first error. */
int remount_undo(struct remount *remount);

void remount_done(struct remount *remount);
