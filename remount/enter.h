/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Takes the caller, and what is mounted, from the root that it has to one that was made for it, and
 * back. Used as PID 1: the kernel's threads share its root and go along.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct enter {
	int old_root, new_root; /* open; new_root is the caller's */
	char **mounts;		/* paths below both, in the order in which they were moved. Owned */
	size_t n_mounts;
	bool clones; /* what is mounted stays where it is, too */
	bool attached;
};

#define ENTER_INIT                                                                                 \
	{                                                                                          \
		.old_root = -EBADF, .new_root = -EBADF                                             \
	}

/*
 * Attaches the detached mount new_root over /, moves what is mounted below / to the same places of
 * it, which have to be there, and makes it the root. With clones, for programs that stay in the old
 * root, it mounts all that a second time instead. proc: as proc_open() returns it.
 *
 * Returns 0 or a negative errno; all is as before then. *ret_path is the mount that could not be
 * moved, or NULL; to be freed. -EBUSY: it is mounted over another one, which would change places
 * with it.
 */
int enter_root(struct enter *enter, int new_root, bool clones, int proc, char **ret_path);

/* Undoes it; new_root has to be open still. Returns 0, or the first error after which it went on.
 */
int enter_undo(struct enter *enter);
