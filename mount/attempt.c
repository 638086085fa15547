/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempt.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "request.h"
#include "text.h"

/* Of a type "fuse.<x>" the helper can be one for all that is fuse, which is told the type. */
static int find_helper(const char *type, char **ret_helper, bool *ret_general)
{
	_cleanup_free_ char *helper = NULL;
	char *dot;

	*ret_general = false;
	if (streq(type, "fstag"))
		return 0;
	if (asprintf(&helper, "%s/mount.%s", MOUNTHELPERDIR, type) < 0) {
		helper = NULL;
		return -ENOMEM;
	}

	dot = strrchr(helper, '.');
	if (access(helper, X_OK) < 0 && strchr(type, '.')) {
		*dot = 0;
		*ret_general = true;
	}
	if (access(helper, X_OK) < 0)
		return 0;

	*ret_helper = TAKE_PTR(helper);
	return 1;
}

static int call_helper(const struct request *request, const char *type, const char *dir,
		       const struct manner *manner, char *helper, bool is_general)
{
	const char *arguments[12] = { helper, request->source, dir };
	size_t n = 3;
	pid_t pid;
	int status, r;

	if (manner->sloppy)
		arguments[n++] = "-s";
	if (manner->fake)
		arguments[n++] = "-f";
	if (manner->no_mtab)
		arguments[n++] = "-n";
	if (manner->verbose)
		arguments[n++] = "-v";
	if (request->all) {
		arguments[n++] = "-o";
		arguments[n++] = request->all;
	}
	if (is_general) {
		arguments[n++] = "-t";
		arguments[n++] = type;
	}

	r = posix_spawn(&pid, helper, NULL, NULL, (char *const *)arguments, environ);
	if (r > 0)
		return -r;
	if (waitpid(pid, &status, 0) < 0)
		return -errno;

	return WIFEXITED(status) ? WEXITSTATUS(status) : -ECHILD;
}

static int call_kernel(const struct request *request, const char *type, const char *dir)
{
	unsigned long flags = request->flags;

	if (mount(request->source, dir, type, flags, request->data) == 0)
		return 0;
	if ((errno != EROFS && errno != EACCES) || flags & (MS_RDONLY | MS_REMOUNT))
		return -errno;

	if (mount(request->source, dir, type, flags | MS_RDONLY, request->data) < 0)
		return -errno;

	(void)fprintf(stderr, "mount.fstag: '%s' is write-protected, mounted read-only\n",
		      request->source);
	return 0;
}

int attempt(const struct request *request, const char *type, const char *dir,
	    const struct manner *manner)
{
	_cleanup_free_ char *helper = NULL;
	bool is_general;
	int r;

	r = find_helper(type, &helper, &is_general);
	if (r < 0)
		return r;
	if (r > 0)
		return call_helper(request, type, dir, manner, helper, is_general);

	return manner->fake ? 0 : call_kernel(request, type, dir);
}
