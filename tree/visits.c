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

static void queue(struct visits *visits, struct folder *folder)
{
	folder->next_visit = visits->queue;
	visits->queue = folder;
	visits->unvisited++;
	folder->pending++;
	(void)pthread_cond_signal(&visits->changed);
}

void visits_add(struct visits *visits, struct folder *folder)
{
	lock(visits);
	queue(visits, folder);
	unlock(visits);
}

int visits_add_new(struct visits *visits, struct folder *parent, const char *name)
{
	struct folder *folder = folder_new(parent, name);

	if (!folder)
		return -ENOMEM;

	lock(visits);
	if (parent)
		parent->pending++;
	queue(visits, folder);
	unlock(visits);
	return 0;
}

static bool is_over(const struct visits *visits)
{
	return visits->unvisited == 0 || (visits->error < 0 && !visits->goes_on);
}

struct folder *visits_take(struct visits *visits)
{
	struct folder *folder = NULL;

	lock(visits);
	while (!visits->queue && !is_over(visits))
		(void)pthread_cond_wait(&visits->changed, &visits->lock);
	if (!is_over(visits)) {
		folder = visits->queue;
		visits->queue = folder->next_visit;
	}
	unlock(visits);

	return folder;
}

void visits_end(struct visits *visits)
{
	lock(visits);
	if (--visits->unvisited == 0)
		(void)pthread_cond_broadcast(&visits->changed);
	unlock(visits);
}

void visits_enter(struct visits *visits, struct folder *folder)
{
	lock(visits);
	folder_list_add(&visits->entered, folder);
	unlock(visits);
	folder->is_entered = true;
}

bool visits_unpin(struct visits *visits, struct folder *folder)
{
	unsigned pending;

	lock(visits);
	pending = --folder->pending;
	unlock(visits);

	return pending == 0;
}

void visits_leave(struct visits *visits, struct folder *folder)
{
	lock(visits);
	folder_list_drop(&visits->entered, folder);
	unlock(visits);
	folder_free(folder);
}

int visits_fail(struct visits *visits, const struct folder *folder, const char *name, int error)
{
	lock(visits);
	if (visits->error == 0) {
		__atomic_store_n(&visits->error, error, __ATOMIC_RELAXED);
		visits->path = folder_path(folder, name);
	}
	(void)pthread_cond_broadcast(&visits->changed);
	unlock(visits);

	return visits->goes_on ? 0 : error;
}

bool visits_are_stopped(struct visits *visits)
{
	return __atomic_load_n(&visits->error, __ATOMIC_RELAXED) < 0 && !visits->goes_on;
}

void visits_done(struct visits *visits, void (*abandon)(void *context, struct folder *folder),
		 void *context)
{
	struct folder *next;

	for (struct folder *f = visits->queue; f; f = next) {
		next = f->next_visit;
		if (!f->is_entered)
			folder_free(f);
	}
	for (struct folder *f = visits->entered; f && abandon; f = f->next)
		abandon(context, f);
	for (struct folder *f = visits->entered; f; f = next) {
		next = f->next;
		folder_free(f);
	}
}
