/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What this process has open in a tree that is about to be moved, and will leave to the program
 * that it executes: a log, as of "exec >/init.log". Each file is made anew by a move, so that what
 * is written to the old one would be lost.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct held_file {
	int fd, flags;
	int same_as; /* the index of a former one that shares its place in the file; -1: none */
	off_t place; /* negative: it has none */
	char *path;  /* from the tree on. Owned */
};

struct held {
	struct held_file *files; /* Owned */
	size_t n;
};

/* Finds them; tree is the file system without what is mounted on it. Deleted files stay what they
 * are, as do devices, and what no program that is executed inherits. Returns 0 or a negative errno.
 */
int held_read(struct held *held, int proc, int tree);

/* Opens the same files of another tree in their place, with the same flags and places in them. It
 * goes on after errors, and returns 0 or the first of them; such a descriptor stays as it is. */
int held_reopen(const struct held *held, int tree);

void held_done(struct held *held);
