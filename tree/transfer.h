/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree that is being copied or moved: the state that all parts of the work share. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "hard-links.h"

struct transfer {
	int to;	       /* the directory that becomes the root. It belongs to the caller */
	ino_t running; /* the program that does this, if it is in the tree. 0: it is not */
	bool moves;   /* each file is removed from its old place as soon as it exists in the new one
		       */
	bool changes; /* other processes work in the tree that is copied */
	bool merges;  /* existing directories and files are used as they are */
	bool keeps_mode;    /* of the directory to */
	bool has_begun;	    /* something may have been created in to */
	bool from_is_ramfs; /* it shows no holes and has no extended attributes */
	bool to_is_ramfs;
	pthread_mutex_t lock;	      /* for the hard links */
	struct hard_links hard_links; /* those of which not all names have been seen */
	uint64_t names;		      /* created, with directories. Changed by all threads */
};
