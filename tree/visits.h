/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the threads of a walk share: the directories that are to be visited, those that are open,
 * and the first error. Each function but visits_done() may be called by any of them.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "directory.h"

struct visits {
	bool goes_on;	      /* after an error */
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t changed;
	struct directory *queue; /* to be visited, the newest first: few directories are open so */
	struct directory *entered; /* and not left */
	unsigned unvisited;	   /* visits in the queue, or under way */
	int error;
	char *path; /* of the error; NULL where there was no memory for it */
};

/* Adds a visit of a directory, which it keeps open. */
void visits_add(struct visits *visits, struct directory *directory);

/* The same of a directory that nobody knows yet, and that keeps its parent open; the parent is NULL
 * for the root. Returns 0 or -ENOMEM. */
int visits_add_new(struct visits *visits, struct directory *parent, const char *name);

/* Waits for a visit, to be ended by visits_end(). NULL where the walk is over. */
struct directory *visits_take(struct visits *visits);

void visits_end(struct visits *visits);

/* The directory is open, and stays in the list until visits_leave(). */
void visits_enter(struct visits *visits, struct directory *directory);

/* Takes away one of what keeps the directory open; true where that was the last. */
bool visits_unpin(struct visits *visits, struct directory *directory);

/* Frees the directory, too. */
void visits_leave(struct visits *visits, struct directory *directory);

/* Keeps the first error, a negative errno, and gives it back where the walk is to end. */
int visits_fail(struct visits *visits, const struct directory *directory, const char *name,
		int error);

/* Whether another thread has met an error: what is begun now would only be undone. */
bool visits_are_stopped(struct visits *visits);

/* Once no thread works any more: frees the directories that an error has left, after abandon() of
 * each that was entered. */
void visits_done(struct visits *visits, void (*abandon)(void *context, struct directory *directory),
		 void *context);
