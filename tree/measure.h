/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Measures a tree, name by name. A visitor of walk.h, which changes the current directory.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tree-size.h"
#include "walk.h"

struct measure {
	bool is_ramfs;
	uint64_t open;	       /* directories, now. All threads change it, and the fields below */
	struct tree_size size; /* all 0 before */
};

extern const struct visitor measure_visitor;
