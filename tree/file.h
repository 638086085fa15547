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
	bool existed; /* out was there before, see struct transfer's merges */
	off_t size;   /* bytes */
	off_t moved;  /* what lies behind is in out alone, where it shrinks */
	blkcnt_t blocks;
	struct attributes attributes; /* Owned */
};

#define FILE_INIT                                                                                  \
	{                                                                                          \
		.in = -EBADF, .out = -EBADF                                                        \
	}

/* Opens a regular file, and makes an empty one of that name in the directory to, or takes the one
 * that is there where the transfer merges. On error none was made. Returns 0 or a negative errno.
 */
int file_open(struct file *file, const struct transfer *t, int from, int to, const char *name,
	      const struct statx *stx);

/* Gives it data and attributes. Returns 0 or a negative errno; file_undo() is due then. */
int file_fill(struct file *file, const struct transfer *t);

/* Gives back what file_fill() has taken away. Returns 0 or a negative errno; some of it is in out
 * alone then. */
int file_undo(struct file *file, const struct transfer *t);

/* The same, but out keeps it, too. */
int file_give_back(struct file *file, const struct transfer *t);

/* Makes a symbolic link, device, FIFO or socket that equals the one in from. On error there is
 * none. Returns 0 or a negative errno. */
int file_make_special(const struct transfer *t, int from, int to, const char *name,
		      const struct statx *stx);

void file_done(struct file *file);
