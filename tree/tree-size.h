/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tree_size {
	uint64_t names; /* the root included. A tmpfs counts each name of a file */
	uint64_t bytes; /* of data; a file with several names counts once */
	/* Each name was seen. Otherwise the tmpfs has given the numbers, which are not too small,
	 * and the fields below are not set. */
	bool is_exact;
	uint64_t xattrs;      /* bytes that a tmpfs charges for extended attributes; see room.c */
	uint64_t directories; /* roughly how many are open at once while it is moved */
};
