/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "visits.h"

#include <errno.h>
#include <stddef.h>

static void lock(struct visits *visits)
{
	(void)pthread_mutex_lock(&visits->lock);
}

static void unlock(struct visits *visits)
{
	(void)pthread_mutex_unlock(&visits->lock);
}

static void queue(struct visits *visits, struct directory *directory)
{
	directory->next_visit = visits->queue;
	visits->queue = directory;
	visits->unvisited++;
	directory->pending++;
	(void)pthread_cond_signal(&visits->changed);
}

void visits_add(struct visits *visits, struct directory *directory)
{
	lock(visits);
	queue(visits, directory);
	unlock(visits);
}

int visits_add_new(struct visits *visits, struct directory *parent, const char *name)
{
	struct directory *directory = directory_new(parent, name);

	if (!directory)
		return -ENOMEM;

	lock(visits);
	if (parent)
		parent->pending++;
	queue(visits, directory);
	unlock(visits);
	return 0;
}

static bool is_over(const struct visits *visits)
{
	return visits->unvisited == 0 || (visits->error < 0 && !visits->goes_on);
}

struct directory *visits_take(struct visits *visits)
{
	struct directory *directory = NULL;

	lock(visits);
	while (!visits->queue && !is_over(visits))
		(void)pthread_cond_wait(&visits->changed, &visits->lock);
	if (!is_over(visits)) {
		directory = visits->queue;
		visits->queue = directory->next_visit;
	}
	unlock(visits);

	return directory;
}

void visits_end(struct visits *visits)
{
	lock(visits);
	if (--visits->unvisited == 0)
		(void)pthread_cond_broadcast(&visits->changed);
	unlock(visits);
}

void visits_enter(struct visits *visits, struct directory *directory)
{
	lock(visits);
	directory_list_add(&visits->entered, directory);
	unlock(visits);
	directory->is_entered = true;
}

bool visits_unpin(struct visits *visits, struct directory *directory)
{
	unsigned pending;

	lock(visits);
	pending = --directory->pending;
	unlock(visits);

	return pending == 0;
}

void visits_leave(struct visits *visits, struct directory *directory)
{
	lock(visits);
	directory_list_drop(&visits->entered, directory);
	unlock(visits);
	directory_free(directory);
}

int visits_fail(struct visits *visits, const struct directory *directory, const char *name,
		int error)
{
	lock(visits);
	if (visits->error == 0) {
		__atomic_store_n(&visits->error, error, __ATOMIC_RELAXED);
		visits->path = directory_path(directory, name);
	}
	(void)pthread_cond_broadcast(&visits->changed);
	unlock(visits);

	return visits->goes_on ? 0 : error;
}

bool visits_are_stopped(struct visits *visits)
{
	return __atomic_load_n(&visits->error, __ATOMIC_RELAXED) < 0 && !visits->goes_on;
}

void visits_done(struct visits *visits, void (*abandon)(void *context, struct directory *directory),
		 void *context)
{
	struct directory *next;

	for (struct directory *f = visits->queue; f; f = next) {
		next = f->next_visit;
		if (!f->is_entered)
			directory_free(f);
	}
	for (struct directory *f = visits->entered; f && abandon; f = f->next)
		abandon(context, f);
	for (struct directory *f = visits->entered; f; f = next) {
		next = f->next;
		directory_free(f);
	}
}
