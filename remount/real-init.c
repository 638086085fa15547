/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "real-init.h"

#include <errno.h>
#include <stdio.h>
#include <sys/auxv.h>

#include "cleanup.h"
#include "percent.h"
#include "text.h"

/* Paths, encoded, with ":" between them. */
#define EXECUTED "FSTAG_INIT_EXECUTED"
#define STAYS LETTERS DIGITS "/._-+@"

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_self(const struct real_init *init, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && is_same_file(&st, &init->self);
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A program with several names, such as busybox, counts as a different one by each name. */
static bool is_same_program(const char *a, const char *b)
{
	struct stat st_a, st_b;

	if (streq(a, b))
		return true;

	return streq(name_of(a), name_of(b)) && stat(a, &st_a) == 0 && stat(b, &st_b) == 0 &&
	       is_same_file(&st_a, &st_b);
}

/* A value that is not a path of ours, because another program has set the variable, counts as not
 * run; if out of memory, assume that it has run, to be safe. */
static bool is_encoded_program(const char *path, const char *encoded)
{
	_cleanup_free_ char *executed = NULL;
	int r = percent_decode(encoded, &executed);

	return r < 0 ? r == -ENOMEM : is_same_program(path, executed);
}

static bool has_run(const struct real_init *init, const char *path)
{
	_cleanup_free_ char *list = NULL;
	char *cursor, *executed;

	if (is_self(init, path) || is_same_program(path, init->first))
		return true;
	if (!init->executed)
		return false;

	cursor = list = strdup(init->executed);
	while ((executed = strsep(&cursor, ":")))
		if (is_encoded_program(path, executed))
			return true;

	return !list;
}

void real_init_open(struct real_init *init, int proc, const char *rdinit)
{
	const char *executed = getenv(EXECUTED), *path = (const char *)getauxval(AT_EXECFN);

	*init = (struct real_init){ .first = rdinit ?: "/init" };
	/* The kernel's own answer; otherwise the path by which it was executed, which may be a
	 * symbolic link. */
	if (fstatat(proc, "self/exe", &init->self, 0) < 0 && (!path || stat(path, &init->self) < 0))
		init->self = (struct stat){};
	init->is_first = !executed && is_self(init, init->first);
	init->executed = executed ? strdup(executed) : NULL;
}

static void add(struct real_init *init, const char *path)
{
	if (path && !has_run(init, path))
		init->paths[init->n++] = path;
}

void real_init_find(struct real_init *init, const char *const named[], size_t n)
{
	static const char *const usual[] = {
		"/init",   "/usr/lib/systemd/systemd", "/sbin/init", "/etc/init", "/bin/init",
		"/bin/sh",
	};

	for (size_t i = 0; i < n && init->n < REAL_INIT_MAX - ELEMENTSOF(usual); i++)
		add(init, named[i]);
	init->n_named = init->n;
	for (size_t i = 0; i < ELEMENTSOF(usual); i++)
		add(init, usual[i]);
}

int real_init_execute(const struct real_init *init, size_t candidate, char *argv[])
{
	const char *path = init->paths[candidate];
	_cleanup_free_ char *encoded = percent_encode(path, STAYS), *list = NULL;

	/* Running out of memory here does not prevent the execution. */
	if (!encoded ||
	    asprintf(&list, "%s%s%s", init->executed ?: "", init->executed ? ":" : "", encoded) < 0)
		list = NULL;
	if (list)
		(void)setenv(EXECUTED, list, true);
	argv[0] = (char *)path;
	(void)execv(path, argv);
	return -errno;
}
