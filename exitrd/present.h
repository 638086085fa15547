/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* Logs and notes have a few KiB. Images that a live system runs from, and layers for it, do not. */
#define PRESENT_FILE_MAX (1 << 20)
#define PRESENT_BYTES_MAX (4 << 20)
/* Even an empty one takes memory. */
#define PRESENT_NAMES_MAX 1024
/* Logs and state have a level or two. */
#define PRESENT_LEVELS_MAX 16

struct present {
	/* Is told of each file that is left out since it is over PRESENT_FILE_MAX, by its path
	 * below the directory. */
	void (*large)(const char *path, off_t size);
	/* How many others were left out, each for one of these limits. */
	uint64_t n_over_bytes, n_over_names, n_over_levels;
	/* Which one, below the directory, an error is about; empty for the directory itself. */
	char path[PATH_MAX];
};

/*
 * Copies what others have put into the directory (taken over) into the exitrd, as long as it is
 * small: directories, files and symbolic links; sockets and the like are for whoever made them, who
 * has them open. What is in the exitrd already stays; where that is a symbolic link to a directory
 * in the exitrd, what is in a directory of its name is added there.
 *
 * Returns 0, or -EBUSY where something is mounted in it, also in what is left out, but for what is
 * below PRESENT_LEVELS_MAX; or another negative errno.
 */
int present_add(struct present *present, int exitrd, int directory);
