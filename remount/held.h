/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that this process has open in a tree that is about to be moved, and leaves open for the
 * program that it executes: a log, for example, after "exec >/init.log". A move creates each file
 * anew, so what is written to the old one would be lost.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct held_file {
	int fd, flags;
	int same_as; /* the index of an earlier one with the same file offset; -1: none */
	off_t place; /* the file offset; negative: it has none */
	char *path;  /* relative to the tree. Owned */
};

struct held {
	struct held_file *files; /* Owned */
	size_t n;
};

/* Finds them; tree is the file system without what is mounted on it. Deleted files and devices stay
 * as they are, and so does everything that is closed on execution. Returns 0 or a negative errno.
 */
int held_read(struct held *held, int proc, int tree);

/* Opens the same files of another tree in their place, with the same flags and offsets. It goes on
 * after errors, and returns 0 or the first of them; such a descriptor stays as it is. */
int held_reopen(const struct held *held, int tree);

void held_done(struct held *held);
