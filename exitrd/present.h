/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Logs and notes have a few KiB. Images that a live system runs from, and layers for it, do not. */
#define PRESENT_FILE_MAX (1 << 20)
#define PRESENT_BYTES_MAX (4 << 20)

struct present {
	/* Is told of each file that is left out since it is over PRESENT_FILE_MAX, by its path
	 * below the folder. */
	void (*large)(const char *path, off_t size);
	/* How many others were left out, since all together are over PRESENT_BYTES_MAX. */
	uint64_t n_left;
};

/*
 * Copies what others have put into the folder (taken over) into the tree, as long as it is small:
 * folders, files and symbolic links; sockets and the like are for whoever made them, who has them
 * open. What is in the tree already stays.
 *
 * Returns 0, or -EBUSY where something is mounted in it, or another negative errno.
 */
int present_add(struct present *present, int tree, int folder);
