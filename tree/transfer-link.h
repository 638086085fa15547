/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a transfer does with the names of files that have several, from any thread.
 */
#pragma once

#include "transfer.h"

/* One of them. Returns 0 or a negative errno. */
int transfer_link(struct transfer *t, struct folder *folder, const char *name,
		  const struct statx *stx);

/* The last name of a link says nothing of that when the others have moved. Returns 1, or 0 where it
 * is none and nothing was done, or a negative errno. */
int transfer_last_name(struct transfer *t, struct folder *folder, const char *name,
		       const struct statx *stx);

/* Moves the data of an unfinished link back to where it came from. Returns 0 or a negative errno.
 */
int transfer_restore_link(const struct transfer *t, struct link *link);
