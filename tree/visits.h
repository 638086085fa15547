/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the threads of a walk share: the directories that are to be visited, those that are open,
 * and the first error. All functions except visits_done() may be called by any thread.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "directory.h"

struct visits {
	bool goes_on;	      /* after an error */
	pthread_mutex_t lock; /* for all fields below */
	pthread_cond_t changed;
	struct directory *queue;   /* to be visited, the newest first: so few are open */
	struct directory *entered; /* and not left */
	unsigned unvisited;	   /* visits in the queue, or under way */
	int error;
	char *path; /* of the error; NULL if out of memory */
};

/* Adds a visit of a directory, which it keeps open. */
void visits_add(struct visits *visits, struct directory *directory);

/* The same for a new directory, which keeps its parent open; the parent is NULL for the root.
 * Returns 0 or -ENOMEM. */
int visits_add_new(struct visits *visits, struct directory *parent, const char *name);

/* Waits for a visit; the caller ends it with visits_end(). NULL if the walk is over. */
struct directory *visits_take(struct visits *visits);

void visits_end(struct visits *visits);

/* The directory is open, and stays in the list until visits_leave(). */
void visits_enter(struct visits *visits, struct directory *directory);

/* Drops one of the references that keep the directory open; true if that was the last. */
bool visits_unpin(struct visits *visits, struct directory *directory);

/* Frees the directory, too. */
void visits_leave(struct visits *visits, struct directory *directory);

/* Stores the first error, a negative errno, and returns it if the walk has to end. */
int visits_fail(struct visits *visits, const struct directory *directory, const char *name,
		int error);

/* Whether another thread has met an error: anything begun now would only be undone. */
bool visits_are_stopped(struct visits *visits);

/* Call it when no thread works any more: frees the directories that are left after an error, and
 * calls abandon() for each that was entered. */
void visits_done(struct visits *visits, void (*abandon)(void *context, struct directory *directory),
		 void *context);
