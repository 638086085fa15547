/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A directory that a walk has entered, or will enter.
 */
#pragma once

#include <stdbool.h>

#include "attributes.h"

struct directory {
	struct directory *parent;     /* NULL for the root */
	int from;		      /* open */
	int to;			      /* set by the visitor, closed by the walk; -EBADF: none */
	struct attributes attributes; /* set by the visitor, freed by the walk */
	unsigned pending;	      /* what keeps it open: each visit, and each directory in it */
	struct directory *next_visit; /* in the queue */
	struct directory *next, *previous; /* among those that were entered */
	bool is_entered;
	char name[];
};

/* Neither open nor in any list. NULL if out of memory. */
struct directory *directory_new(struct directory *parent, const char *name);

void directory_free(struct directory *directory);

/* The path of a name in the directory, from the root of the walk on: "/a/b/name". To be freed; NULL
 * if out of memory. */
char *directory_path(const struct directory *directory, const char *name);

void directory_list_add(struct directory **list, struct directory *directory);

void directory_list_drop(struct directory **list, struct directory *directory);
