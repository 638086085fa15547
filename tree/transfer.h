/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree on its way to another place: what all that is done with its entries has to know. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "hard-links.h"

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
	pthread_mutex_t lock;	      /* for the hard links */
	struct hard_links hard_links; /* those of which not all names were seen */
	uint64_t names;		      /* made, directories included. Changed by all threads */
};
