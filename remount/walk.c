/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "text.h"

#define NAMES_SIZE 32768
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct walk {
	const struct visitor *visitor;
	void *context;
	bool goes_on;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t changed;
	struct folder *queue;	/* to be visited, the newest first: few folders are open so */
	struct folder *entered; /* and not left */
	unsigned unvisited;	/* in the queue, or being visited */
	int error;
	char *path;
};

static size_t path_length(const struct folder *folder)
{
	size_t length = 0;

	for (; folder->parent; folder = folder->parent)
		length += 1 + strlen(folder->name);

	return length;
}

/* "/a/b/name"; NULL where memory lacks. */
static char *make_path(const struct folder *folder, const char *name)
{
	size_t length = path_length(folder);
	char *path = malloc(length + 1 + strlen(name) + 1), *end;

	if (!path)
		return NULL;

	(void)stpcpy(stpcpy(path + length, "/"), name);
	for (end = path + length; folder->parent; folder = folder->parent) {
		size_t n = strlen(folder->name);

		end -= n + 1;
		end[0] = '/';
		memcpy(end + 1, folder->name, n);
	}

	return path;
}

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
		walk->path = make_path(folder, name);
	}
	(void)pthread_cond_broadcast(&walk->changed);
	(void)pthread_mutex_unlock(&walk->lock);

	return walk->goes_on ? 0 : r;
}

static void push(struct folder **list, struct folder *folder)
{
	folder->previous = NULL;
	folder->next = *list;
	if (*list)
		(*list)->previous = folder;
	*list = folder;
}

static void drop(struct folder **list, struct folder *folder)
{
	*(folder->previous ? &folder->previous->next : list) = folder->next;
	if (folder->next)
		folder->next->previous = folder->previous;
}

static struct folder *folder_new(struct folder *parent, const char *name)
{
	struct folder *folder = calloc(1, sizeof *folder + strlen(name) + 1);

	if (!folder)
		return NULL;

	folder->parent = parent;
	folder->from = folder->to = -EBADF;
	folder->pending = 1;
	(void)strcpy(folder->name, name);
	return folder;
}

static void folder_free(struct folder *folder)
{
	if (folder->from >= 0)
		(void)close(folder->from);
	if (folder->to >= 0)
		(void)close(folder->to);
	attributes_done(&folder->attributes);
	free(folder);
}

static int add_folder(struct walk *walk, struct folder *parent, const char *name)
{
	struct folder *folder = folder_new(parent, name);

	if (!folder)
		return -ENOMEM;

	(void)pthread_mutex_lock(&walk->lock);
	push(&walk->queue, folder);
	walk->unvisited++;
	if (parent)
		parent->pending++;
	(void)pthread_cond_signal(&walk->changed);
	(void)pthread_mutex_unlock(&walk->lock);

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

static int visit_entries(struct walk *walk, char *names, struct folder *folder)
{
	ssize_t n;

	while ((n = getdents64(folder->from, names, NAMES_SIZE)) > 0)
		for (char *p = names; p < names + n;) {
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

	return n < 0 ? failed(walk, folder, "", -errno) : 0;
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
	push(&walk->entered, folder);
	(void)pthread_mutex_unlock(&walk->lock);
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
		drop(&walk->entered, folder);
		(void)pthread_mutex_unlock(&walk->lock);
		folder_free(folder);
		folder = parent;
	}

	return 0;
}

static int visit(struct walk *walk, char *names, struct folder *folder)
{
	struct folder *parent = folder->parent;
	int r = enter(walk, folder);

	if (r < 0) {
		r = failed(walk, folder, "", r);
		folder_free(folder);
		return r < 0 ? r : leave(walk, parent);
	}

	r = visit_entries(walk, names, folder);
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
		drop(&walk->queue, folder);
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

	for (struct folder *f = walk->entered; f && walk->visitor->abandon; f = f->next)
		walk->visitor->abandon(walk->context, f);
	for (struct folder *f = walk->entered; f; f = next) {
		next = f->next;
		folder_free(f);
	}
	for (struct folder *f = walk->queue; f; f = next) {
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
