/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* Logs and notes have a few KiB. Images that a live system runs from, and layers for it, are
 * larger. */
#define PRESENT_FILE_MAX (1 << 20)
#define PRESENT_BYTES_MAX (4 << 20)
/* Even an empty one takes memory. */
#define PRESENT_NAMES_MAX 1024
/* Logs and state have one or two levels. */
#define PRESENT_LEVELS_MAX 16

struct present {
	/* Called for each file that is left out because it exceeds PRESENT_FILE_MAX, with its path
	 * below the directory. */
	void (*large)(const char *path, off_t size);
	/* How many others were left out, by the limit that they exceed. */
	uint64_t n_over_bytes, n_over_names, n_over_levels;
	/* The path, below the directory, that an error is about; empty for the directory itself. */
	char path[PATH_MAX];
};

/*
 * Copies existing files from the directory (which it closes) to the exitrd, as long as they are
 * small: directories, files and symbolic links; sockets and the like only matter to the processes
 * that have them open. Files that already exist in the exitrd stay; if one is a symbolic link to a
 * directory in the exitrd, the contents of a directory of that name are added there.
 *
 * Returns 0, or -EBUSY if something is mounted in the directory, even in what is left out, except
 * for what is below PRESENT_LEVELS_MAX; or another negative errno.
 */
int present_add(struct present *present, int exitrd, int directory);
