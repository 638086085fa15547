/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deletes the contents of a directory, and counts what that frees. */
#pragma once

#include <stdint.h>

struct emptied {
	uint64_t n_files; /* without directories; a file with several names counts once */
	uint64_t n_bytes; /* the memory that they used, without holes */
	uint64_t n_left;  /* names in the directory that could not be removed */
	int error;	  /* why the first of those could not be removed, a negative errno */
};

/*
 * Empties the directory; nothing else may create files in it meanwhile. A directory in it that is
 * empty from the start stays, under any name: it uses hardly any memory, and mount points and
 * layers of overlays are such directories. It follows no symbolic links, touches nothing on another
 * mount, and handles a tree of any depth: directories move up into the top one before their turn
 * comes, so that at most two of them are open at any time, and no path grows.
 *
 * Returns 0, even if something is left, or a negative errno if the directory cannot be read.
 */
int empty_directory(int directory, struct emptied *ret_emptied);

/* Returns 1 or 0, or a negative errno if the directory cannot be read. */
int empty_has_names(int directory);
