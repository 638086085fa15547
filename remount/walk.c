/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"
#include "text.h"

/* What a thread takes of a folder at a time: some hundred names. */
#define NAMES_SIZE 8192
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct walk {
	const struct visitor *visitor;
	void *context;
	bool goes_on;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t changed;
	struct folder *queue;	/* to be visited, the newest first: few folders are open so */
	struct folder *entered; /* and not left */
	unsigned unvisited;	/* visits in the queue, or under way */
	int error;
	char *path;
};

static bool is_over(struct walk *walk)
{
	return walk->unvisited == 0 || (walk->error < 0 && !walk->goes_on);
}

/* Another thread has met an error: what it begins is only to be undone. */
static bool is_stopped(struct walk *walk)
{
	return __atomic_load_n(&walk->error, __ATOMIC_RELAXED) < 0 && !walk->goes_on;
}

/* Keeps the first error, and gives r back where the walk is to end. */
static int failed(struct walk *walk, const struct folder *folder, const char *name, int r)
{
	(void)pthread_mutex_lock(&walk->lock);
	if (walk->error == 0) {
		__atomic_store_n(&walk->error, r, __ATOMIC_RELAXED);
		walk->path = folder_path(folder, name);
	}
	(void)pthread_cond_broadcast(&walk->changed);
	(void)pthread_mutex_unlock(&walk->lock);

	return walk->goes_on ? 0 : r;
}

static void queue_visit(struct walk *walk, struct folder *folder)
{
	(void)pthread_mutex_lock(&walk->lock);
	folder->next_visit = walk->queue;
	walk->queue = folder;
	walk->unvisited++;
	folder->pending++;
	(void)pthread_cond_signal(&walk->changed);
	(void)pthread_mutex_unlock(&walk->lock);
}

static int add_folder(struct walk *walk, struct folder *parent, const char *name)
{
	struct folder *folder = folder_new(parent, name);

	if (!folder)
		return -ENOMEM;

	if (parent) {
		(void)pthread_mutex_lock(&walk->lock);
		parent->pending++;
		(void)pthread_mutex_unlock(&walk->lock);
	}
	queue_visit(walk, folder);
	return 0;
}

static int visit_entry(struct walk *walk, struct folder *folder, const char *name)
{
	struct statx stx;

	if (streq(name, ".") || streq(name, ".."))
		return 0;
	if (statx(folder->from, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &stx) < 0)
		return -errno;
	if (S_ISDIR(stx.stx_mode))
		return add_folder(walk, folder, name);

	return walk->visitor->entry(walk->context, folder, name, &stx);
}

static int visit_entries(struct walk *walk, char *names, ssize_t size, struct folder *folder)
{
	for (char *p = names; p < names + size;) {
		struct dirent64 *entry = (struct dirent64 *)(void *)p;
		int r;

		if (is_stopped(walk))
			return -ECANCELED;

		r = visit_entry(walk, folder, entry->d_name);
		if (r < 0)
			r = failed(walk, folder, entry->d_name, r);
		if (r < 0)
			return r;

		p += entry->d_reclen;
	}

	return 0;
}

/* Some of the names, and another visit for the rest of them. */
static int visit_names(struct walk *walk, char *names, struct folder *folder)
{
	ssize_t n = getdents64(folder->from, names, NAMES_SIZE);

	if (n < 0)
		return failed(walk, folder, "", -errno);
	if (n == 0)
		return 0;

	queue_visit(walk, folder);
	return visit_entries(walk, names, n, folder);
}

static int enter(struct walk *walk, struct folder *folder)
{
	int r;

	if (folder->parent)
		folder->from = openat(folder->parent->from, folder->name, FOLDER_FLAGS);
	if (folder->from < 0)
		return -errno;

	r = walk->visitor->enter(walk->context, folder);
	if (r < 0)
		return r;

	(void)pthread_mutex_lock(&walk->lock);
	folder_list_add(&walk->entered, folder);
	(void)pthread_mutex_unlock(&walk->lock);
	folder->is_entered = true;
	return 0;
}

/* Takes away one of what keeps the folder open; true where that was the last. */
static bool unpin(struct walk *walk, struct folder *folder)
{
	unsigned pending;

	(void)pthread_mutex_lock(&walk->lock);
	pending = --folder->pending;
	(void)pthread_mutex_unlock(&walk->lock);

	return pending == 0;
}

/* Leaves the folder, and each of its parents for which it was the last that they waited for. */
static int leave(struct walk *walk, struct folder *folder)
{
	while (folder && unpin(walk, folder)) {
		struct folder *parent = folder->parent;
		int r = walk->visitor->leave(walk->context, folder);

		if (r < 0)
			r = failed(walk, folder, "", r);
		if (r < 0)
			return r;

		(void)pthread_mutex_lock(&walk->lock);
		folder_list_drop(&walk->entered, folder);
		(void)pthread_mutex_unlock(&walk->lock);
		folder_free(folder);
		folder = parent;
	}

	return 0;
}

static int visit(struct walk *walk, char *names, struct folder *folder)
{
	struct folder *parent = folder->parent;
	int r = folder->is_entered ? 0 : enter(walk, folder);

	if (r < 0) {
		r = failed(walk, folder, "", r);
		folder_free(folder);
		return r < 0 ? r : leave(walk, parent);
	}

	r = visit_names(walk, names, folder);
	return r < 0 ? r : leave(walk, folder);
}

static struct folder *take(struct walk *walk)
{
	struct folder *folder = NULL;

	(void)pthread_mutex_lock(&walk->lock);
	while (!walk->queue && !is_over(walk))
		(void)pthread_cond_wait(&walk->changed, &walk->lock);
	if (!is_over(walk)) {
		folder = walk->queue;
		walk->queue = folder->next_visit;
	}
	(void)pthread_mutex_unlock(&walk->lock);

	return folder;
}

static void visited(struct walk *walk)
{
	(void)pthread_mutex_lock(&walk->lock);
	if (--walk->unvisited == 0)
		(void)pthread_cond_broadcast(&walk->changed);
	(void)pthread_mutex_unlock(&walk->lock);
}

static int work(struct walk *walk)
{
	_cleanup_free_ char *names = malloc(NAMES_SIZE);
	struct folder *folder;

	if (!names)
		return -ENOMEM;

	while ((folder = take(walk))) {
		(void)visit(walk, names, folder);
		visited(walk);
	}

	return 0;
}

/* A thread more is a help, not a need: where it cannot work, the others do. */
static void *thread_main(void *walk)
{
	/* A current folder of its own, which visitors set. */
	if (unshare(CLONE_FS) == 0)
		(void)work(walk);
	return NULL;
}

static void abandon_all(struct walk *walk)
{
	struct folder *next;

	for (struct folder *f = walk->queue; f; f = next) {
		next = f->next_visit;
		if (!f->is_entered)
			folder_free(f);
	}
	for (struct folder *f = walk->entered; f && walk->visitor->abandon; f = f->next)
		walk->visitor->abandon(walk->context, f);
	for (struct folder *f = walk->entered; f; f = next) {
		next = f->next;
		folder_free(f);
	}
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

	/* Without memory for any of the threads nothing was seen. */
	return walk->unvisited > 0 && walk->error == 0 ? r : walk->error;
}

int walk_tree(int root, const struct visitor *visitor, void *context,
	      const struct walk_options *options, char **ret_path)
{
	struct walk walk = {
		.visitor = visitor,
		.context = context,
		.goes_on = options->goes_on,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};
	int r = add_folder(&walk, NULL, "");

	*ret_path = NULL;
	if (r < 0)
		return r;

	/* Not dup(2): the place in the list of names is to be the walk's own. */
	walk.queue->from = openat(root, ".", FOLDER_FLAGS);
	r = walk.queue->from < 0 ? -errno : run(&walk, options->threads);
	abandon_all(&walk);
	*ret_path = walk.path;
	return r;
}
