/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a file is, by its inode. A visitor of walk.h whose context is an ino_t; tree.h runs it.
 */
#pragma once

#include <errno.h>

#include "walk.h"

/* What ends the walk at the first name of the file; the walk then has the path. */
#define FIND_FOUND (-ECANCELED)

extern const struct visitor find_visitor;
