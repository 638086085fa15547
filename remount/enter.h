/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Takes the caller, and everything that is mounted, from its root to one that was made for it, and
 * back. Used as PID 1: the kernel's threads share its root and follow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct enter {
	int old_root, new_root; /* open; new_root belongs to the caller */
	char **mounts; /* paths relative to both, in the order in which they were moved. Owned */
	size_t n_mounts;
	bool clones; /* the mounts stay in the old root, too */
	bool attached;
};

#define ENTER_INIT                                                                                 \
	{                                                                                          \
		.old_root = -EBADF, .new_root = -EBADF                                             \
	}

/*
 * Attaches the detached mount new_root over /, moves everything that is mounted below / to the same
 * paths in it, which must exist, and makes it the root. With clones, for programs that stay in the
 * old root, it makes second mounts instead. proc: as proc_open() returns it.
 *
 * Returns 0 or a negative errno; then everything is as before. *ret_path is the mount that could
 * not be moved, or NULL; to be freed. -EBUSY: it is mounted over another one, and the two would
 * change places.
 */
int enter_root(struct enter *enter, int new_root, bool clones, int proc, char **ret_path);

/* Undoes it; new_root must still be open. Returns 0, or the first error; it goes on after errors.
 */
int enter_undo(struct enter *enter);
