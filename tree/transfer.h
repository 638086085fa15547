/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is done with each entry of a tree while it is copied or moved to another one. A visitor of
 * walk.h; tree.h runs it.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "links.h"
#include "walk.h"

struct transfer {
	int to;		    /* the directory that becomes the root. The caller's */
	ino_t running;	    /* the program that does this, where it is in the tree. 0: nowhere */
	bool moves;	    /* each file is gone from where it was as soon as it is made anew */
	bool changes;	    /* others work in the tree that is copied */
	bool merges;	    /* what is there already, directories and files, is taken as it is */
	bool keeps_mode;    /* of the directory to */
	bool has_begun;	    /* something may have been made in to */
	bool from_is_ramfs; /* it tells no holes and has no extended attributes */
	bool to_is_ramfs;
	pthread_mutex_t lock; /* for the links */
	struct links links;   /* those of which not all names were seen */
	uint64_t names;	      /* made, directories included. Changed by all threads */
};

extern const struct visitor transfer_visitor;
