/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tree_size {
	uint64_t names; /* the root included. A tmpfs counts each name of a file */
	uint64_t bytes; /* of data; a file with several names counts once */
	bool is_exact; /* each name was seen; else it is what the tmpfs says, which is not less, and
			  tells nothing of what follows */
	uint64_t xattrs;      /* bytes that a tmpfs counts for extended attributes; see room.c */
	uint64_t directories; /* that are open at once while it is moved, about */
};
