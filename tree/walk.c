/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "cleanup.h"
#include "text.h"
#include "visits.h"

/* What a thread takes of a directory at a time: a few hundred names. */
#define NAMES_SIZE 8192
/* How often an entry that has changed meanwhile is tried again. */
#define MOST_TRIES 16
#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct walk {
	const struct visitor *visitor;
	void *context;
	bool changes;
	struct visits visits;
};

static int look_at(const struct directory *directory, const char *name, struct statx *stx)
{
	return statx(directory->from, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, stx) < 0
		       ? -errno
		       : 0;
}

static bool is_same(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_mode == b->stx_mode &&
	       a->stx_size == b->stx_size && a->stx_nlink == b->stx_nlink &&
	       a->stx_ctime.tv_sec == b->stx_ctime.tv_sec &&
	       a->stx_ctime.tv_nsec == b->stx_ctime.tv_nsec;
}

static int visit_as(struct walk *walk, struct directory *directory, const char *name,
		    const struct statx *stx)
{
	return S_ISDIR(stx->stx_mode) ? visits_add_new(&walk->visits, directory, name)
				      : walk->visitor->entry(walk->context, directory, name, stx);
}

/* After an error: if the entry has vanished, that is no error; if it has changed, this tries again;
 * if it is unchanged, the error stands. */
static int visit_again(struct walk *walk, struct directory *directory, const char *name,
		       struct statx *stx, int r)
{
	for (int i = 0; r < 0 && r != -EEXIST && i < MOST_TRIES; i++) {
		struct statx now;
		int k = look_at(directory, name, &now);

		if (k == -ENOENT)
			return 0;
		if (k < 0 || is_same(stx, &now))
			return r;

		*stx = now;
		r = visit_as(walk, directory, name, stx);
	}

	return r == -EEXIST ? 0 : r;
}

static int visit_entry(struct walk *walk, struct directory *directory, const char *name)
{
	struct statx stx;
	int r;

	if (is_dot_or_dot_dot(name))
		return 0;

	r = look_at(directory, name, &stx);
	if (r < 0)
		return walk->changes && r == -ENOENT ? 0 : r;

	r = visit_as(walk, directory, name, &stx);
	return r < 0 && walk->changes ? visit_again(walk, directory, name, &stx, r) : r;
}

static int visit_entries(struct walk *walk, char *names, ssize_t size, struct directory *directory)
{
	for (char *p = names; p < names + size;) {
		struct dirent64 *entry = (struct dirent64 *)(void *)p;
		int r;

		if (visits_are_stopped(&walk->visits))
			return -ECANCELED;

		r = visit_entry(walk, directory, entry->d_name);
		if (r < 0)
			r = visits_fail(&walk->visits, directory, entry->d_name, r);
		if (r < 0)
			return r;

		p += entry->d_reclen;
	}

	return 0;
}

/* Visits some of the names, and adds another visit for the rest of them. */
static int visit_names(struct walk *walk, char *names, struct directory *directory)
{
	ssize_t n = getdents64(directory->from, names, NAMES_SIZE);

	if (n == 0 || (n < 0 && errno == ENOENT && walk->changes)) /* it was deleted */
		return 0;
	if (n < 0)
		return visits_fail(&walk->visits, directory, "", -errno);

	visits_add(&walk->visits, directory);
	return visit_entries(walk, names, n, directory);
}

static int enter(struct walk *walk, struct directory *directory)
{
	const struct visitor *visitor = walk->visitor;
	int r;

	if (directory->parent)
		directory->from = openat(directory->parent->from, directory->name, DIRECTORY_FLAGS);
	if (directory->from < 0)
		return -errno;

	r = visitor->enter ? visitor->enter(walk->context, directory) : 0;
	if (r < 0)
		return r;

	visits_enter(&walk->visits, directory);
	return 0;
}

/* Leaves the directory, and each of its parents that waited only for this one. */
static int leave(struct walk *walk, struct directory *directory)
{
	const struct visitor *visitor = walk->visitor;

	while (directory && visits_unpin(&walk->visits, directory)) {
		struct directory *parent = directory->parent;
		int r = visitor->leave ? visitor->leave(walk->context, directory) : 0;

		if (r < 0)
			r = visits_fail(&walk->visits, directory, "", r);
		if (r < 0)
			return r;

		visits_leave(&walk->visits, directory);
		directory = parent;
	}

	return 0;
}

/* A directory: by now there is none of that name, or it was already seen under another one. */
static bool has_vanished(const struct walk *walk, int r)
{
	return walk->changes && (r == -ENOENT || r == -ENOTDIR || r == -ELOOP || r == -EEXIST);
}

static int visit(struct walk *walk, char *names, struct directory *directory)
{
	struct directory *parent = directory->parent;
	int r = directory->is_entered ? 0 : enter(walk, directory);

	if (r < 0) {
		r = has_vanished(walk, r) ? 0 : visits_fail(&walk->visits, directory, "", r);
		directory_free(directory);
		return r < 0 ? r : leave(walk, parent);
	}

	r = visit_names(walk, names, directory);
	return r < 0 ? r : leave(walk, directory);
}

static int work(struct walk *walk)
{
	_cleanup_free_ char *names = malloc(NAMES_SIZE);
	struct directory *directory;

	if (!names)
		return -ENOMEM;

	while ((directory = visits_take(&walk->visits))) {
		(void)visit(walk, names, directory);
		visits_end(&walk->visits);
	}

	return 0;
}

/* An additional thread is optional: if it cannot work, the others do. */
static void *thread_main(void *walk)
{
	/* Visitors set the current directory, so each thread needs its own. */
	if (unshare(CLONE_FS) == 0)
		(void)work(walk);
	return NULL;
}

static int run(struct walk *walk, unsigned threads)
{
	_cleanup_free_ pthread_t *ids = calloc(threads, sizeof *ids);
	unsigned n = 0;
	int r;

	if (!ids)
		return -ENOMEM;

	while (n + 1 < threads && pthread_create(&ids[n], NULL, thread_main, walk) == 0)
		n++;
	r = work(walk);
	while (n > 0)
		(void)pthread_join(ids[--n], NULL);

	/* If out of memory for every thread, nothing was seen. */
	return walk->visits.unvisited > 0 && walk->visits.error == 0 ? r : walk->visits.error;
}

int walk_tree(int root, const struct visitor *visitor, void *context,
	      const struct walk_options *options, char **ret_path)
{
	struct walk walk = {
		.visitor = visitor,
		.context = context,
		.changes = options->changes,
		.visits = {
			.goes_on = options->goes_on,
			.lock = PTHREAD_MUTEX_INITIALIZER,
			.changed = PTHREAD_COND_INITIALIZER,
		},
	};
	int r = visits_add_new(&walk.visits, NULL, "");

	*ret_path = NULL;
	if (r < 0)
		return r;

	/* Not dup(2): the walk needs its own position in the list of names. */
	walk.visits.queue->from = openat(root, ".", DIRECTORY_FLAGS);
	r = walk.visits.queue->from < 0 ? -errno : run(&walk, options->threads);
	visits_done(&walk.visits, visitor->abandon, context);
	*ret_path = walk.visits.path;
	return r;
}
