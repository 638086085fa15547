/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The data of one file: copied, or moved so that hardly any of it exists twice.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "extents.h"

/* This much of a file is in memory twice while it moves, and files up to this size are copied. */
#define DATA_STEP ((off_t)1 << 20)

/* Writes the extents of in to the same offsets of out, and makes out size bytes long. Returns 0 or
 * a negative errno. */
int data_copy(int in, int out, const struct extents *extents, off_t size);

/*
 * The same, but removes from in, from its end backwards, what is in out, so that the memory is
 * freed. in also loses everything after the extents' start.
 *
 * *moved is the progress: data after this offset is no longer in in, but in out. It starts as size,
 * and is valid after an error, too: moving from out to in, from *moved on, undoes it.
 */
int data_move(int in, int out, const struct extents *extents, off_t size, off_t *moved);
