/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file that is copied or moved, as part of a struct transfer.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "attributes.h"
#include "data.h"
#include "transfer.h"

struct file {
	int in, out;  /* open. Owned */
	bool shrinks; /* its data is taken away while it moves */
	bool existed; /* out existed before, see merges of struct transfer */
	off_t size;   /* bytes */
	off_t moved;  /* data after this offset is only in out, if it shrinks */
	blkcnt_t blocks;
	struct attributes attributes; /* Owned */
};

#define FILE_INIT                                                                                  \
	{                                                                                          \
		.in = -EBADF, .out = -EBADF                                                        \
	}

/* Opens a regular file, and creates an empty one of that name in the directory to, or opens the
 * existing one if the transfer merges. On error none was created. Returns 0 or a negative errno. */
int file_open(struct file *file, const struct transfer *t, int from, int to, const char *name,
	      const struct statx *stx);

/* Copies or moves data and attributes. Returns 0 or a negative errno; the caller must then call
 * file_undo(). */
int file_fill(struct file *file, const struct transfer *t);

/* Restores what file_fill() has taken away. Returns 0 or a negative errno; some of it is then only
 * in out. */
int file_undo(struct file *file, const struct transfer *t);

/* The same, but out keeps it, too. */
int file_give_back(struct file *file, const struct transfer *t);

/* Creates a symbolic link, device, FIFO or socket that equals the one in from. On error none was
 * created. Returns 0 or a negative errno. */
int file_make_special(const struct transfer *t, int from, int to, const char *name,
		      const struct statx *stx);

void file_done(struct file *file);
