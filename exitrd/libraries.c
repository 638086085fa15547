/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "copy.h"
#include "text.h"

/*
 * Lines are "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f...)", and without the arrow
 * for a library that has no name but its path, or no path.
 */
int libraries_parse_line(char *line, const char **ret_path)
{
	char *arrow = strstr(line, "=> "), *path, *end;

	path = arrow ? arrow + strlen("=> ") : line + strspn(line, WHITESPACE);
	if (after_prefix(path, "not found"))
		return -ENOENT;
	if (*path != '/')
		return 0;

	end = strstr(path, " (0x");
	path[end ? (size_t)(end - path) : strcspn(path, "\n")] = 0;
	*ret_path = path;
	return 1;
}

/* The loader prints its list instead of running the program, as for ldd(1), but without a shell. */
static int spawn(const char *program, const char *preload, int output, pid_t *ret_pid)
{
	_cleanup_free_ char *variable = NULL;
	posix_spawn_file_actions_t actions;
	int r;

	if (asprintf(&variable, "LD_PRELOAD=%s", preload) < 0) {
		variable = NULL;
		return -ENOMEM;
	}

	r = -posix_spawn_file_actions_init(&actions);
	if (r < 0)
		return r;

	r = -posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	/* The loader reports a missing preloaded library there. */
	if (r == 0)
		r = -posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						      O_WRONLY, 0);
	if (r == 0)
		r = -posix_spawn(ret_pid, program, &actions, NULL,
				 (char *[]){ (char *)program, NULL },
				 (char *[]){ (char *)"LD_TRACE_LOADED_OBJECTS=1", variable, NULL });
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int add_list(int exitrd, FILE *list)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	bool is_empty = true;

	while (getline(&line, &size, list) > 0) {
		const char *path;
		int r = libraries_parse_line(line, &path);

		if (r > 0)
			r = copy_path(exitrd, path);
		if (r < 0)
			return r;

		is_empty = false;
	}

	return is_empty || ferror(list) ? -ELIBACC : 0;
}

static int wait_for(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		return -errno;

	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ELIBACC;
}

int libraries_add(int exitrd, const char *program, const char *preload)
{
	_cleanup_fclose_ FILE *list = NULL;
	int ends[2], r, q;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;

	r = spawn(program, preload, ends[1], &pid);
	(void)close(ends[1]);
	list = r == 0 ? fdopen(ends[0], "r") : NULL;
	if (!list)
		(void)close(ends[0]);
	if (r < 0)
		return r;

	r = list ? add_list(exitrd, list) : -ENOMEM;
	/* Closed first, so that the loader does not wait for a reader. */
	cleanup_fclose(&list);
	list = NULL;
	q = wait_for(pid);
	return r < 0 ? r : q;
}
