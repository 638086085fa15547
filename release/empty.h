/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deletes what is in a directory, and counts what that gives back. */
#pragma once

#include <stdint.h>

struct emptied {
	uint64_t n_files; /* all but directories; a file of several names is one */
	uint64_t n_bytes; /* what they took, holes not counted */
	uint64_t n_left;  /* names in the directory that could not be removed */
	int error;	  /* why the first of those could not, a negative errno */
};

/*
 * Empties the directory, which nobody else may fill meanwhile. A directory in it that is empty from
 * the start stays, under whatever name: it takes next to nothing, and is what something is mounted
 * on or an overlay has for a layer, where anybody has. No symbolic link is followed, nothing on
 * another mount is touched, and a tree may be as deep as it likes: directories move up into the top
 * one before their turn comes, so that two of them are open at any time, and no path grows.
 *
 * Returns 0, also where something is left, or a negative errno where the directory cannot be read.
 */
int empty_directory(int directory, struct emptied *ret_emptied);

/* Returns 1 or 0, or a negative errno where the directory cannot be read. */
int empty_has_names(int directory);
