/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A directory that a walk is in, or is to come to.
 */
#pragma once

#include <stdbool.h>

#include "attributes.h"

struct directory {
	struct directory *parent;     /* NULL for the root */
	int from;		      /* open */
	int to;			      /* the visitor's, closed by the walk; -EBADF: none */
	struct attributes attributes; /* the visitor's, done by the walk */
	unsigned pending;	      /* what keeps it open: each visit, and each directory in it */
	struct directory *next_visit; /* in the queue */
	struct directory *next, *previous; /* among those that were entered */
	bool is_entered;
	char name[];
};

/* Neither open nor in any list. NULL where memory lacks. */
struct directory *directory_new(struct directory *parent, const char *name);

void directory_free(struct directory *directory);

/* The path of a name in the directory, from the root of the walk on: "/a/b/name". To be freed; NULL
 * where memory lacks. */
char *directory_path(const struct directory *directory, const char *name);

void directory_list_add(struct directory **list, struct directory *directory);

void directory_list_drop(struct directory **list, struct directory *directory);
