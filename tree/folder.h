/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder that a walk is in, or is to come to.
 */
#pragma once

#include <stdbool.h>

#include "attributes.h"

struct folder {
	struct folder *parent;		/* NULL for the root */
	int from;			/* open */
	int to;				/* the visitor's, closed by the walk; -EBADF: none */
	struct attributes attributes;	/* the visitor's, done by the walk */
	unsigned pending;		/* what keeps it open: each visit, and each folder in it */
	struct folder *next_visit;	/* in the queue */
	struct folder *next, *previous; /* among those that were entered */
	bool is_entered;
	char name[];
};

/* Neither open nor in any list. NULL where memory lacks. */
struct folder *folder_new(struct folder *parent, const char *name);

void folder_free(struct folder *folder);

/* The path of a name in the folder, from the root of the walk on: "/a/b/name". To be freed; NULL
 * where memory lacks. */
char *folder_path(const struct folder *folder, const char *name);

void folder_list_add(struct folder **list, struct folder *folder);

void folder_list_drop(struct folder **list, struct folder *folder);
