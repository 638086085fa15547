/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chase.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "text.h"

/* As in systemd. */
#define LINKS_MAX 32

struct walk {
	const char *root;
	char done[PATH_MAX]; /* "", or absolute, without a slash at the end */
	char to_do[PATH_MAX];
	unsigned links;
	bool is_missing; /* done does not exist */
};

static int format(char buffer[static PATH_MAX], const char *a, const char *b, const char *c)
{
	int n = snprintf(buffer, PATH_MAX, "%s%s%s", a, b, c);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Returns 1 if the path is a symbolic link, whose target then comes before what is still to do. */
static int follow(struct walk *walk, const char *path)
{
	char full[PATH_MAX], target[PATH_MAX], rest[PATH_MAX];
	ssize_t n;
	int r;

	r = format(full, walk->root, path, "");
	if (r < 0)
		return r;

	n = readlink(full, target, sizeof target - 1);
	if (n < 0) {
		walk->is_missing = errno == ENOENT;
		/* It is something else. */
		return errno == EINVAL || errno == ENOENT ? 0 : -errno;
	}
	if (++walk->links > LINKS_MAX)
		return -ELOOP;

	target[n] = 0;
	if (target[0] == '/')
		walk->done[0] = 0;
	strcpy(rest, walk->to_do);
	r = format(walk->to_do, target, "/", rest);
	return r < 0 ? r : 1;
}

static int step(struct walk *walk, const char *name)
{
	char path[PATH_MAX];
	int r;

	if (streq(name, "..")) {
		char *slash = strrchr(walk->done, '/');

		if (walk->is_missing)
			return -ENOENT;
		if (slash)
			*slash = 0;
		return 0;
	}

	r = format(path, walk->done, "/", name);
	if (r == 0 && !walk->is_missing)
		r = follow(walk, path);
	if (r == 0)
		strcpy(walk->done, path);
	return r < 0 ? r : 0;
}

int chase(const char *root, const char *path, char **ret_path)
{
	struct walk walk = { .root = root };
	char name[PATH_MAX];
	int r;

	r = format(walk.to_do, path, "", "");
	while (r == 0 && walk.to_do[0]) {
		const char *start = walk.to_do + strspn(walk.to_do, "/");
		size_t n = strcspn(start, "/");

		(void)snprintf(name, sizeof name, "%.*s", (int)n, start);
		memmove(walk.to_do, start + n, strlen(start + n) + 1);
		if (*name && !streq(name, "."))
			r = step(&walk, name);
	}
	if (r < 0)
		return r;

	*ret_path = strdup(walk.done[0] ? walk.done : "/");
	return *ret_path ? 0 : -ENOMEM;
}
