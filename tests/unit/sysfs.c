/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysfs.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

void sysfs_enter(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		(void)fprintf(stderr, "Cannot make a mount namespace: %m\n");
		exit(77);
	}

	/* libudev checks whether it is a real sysfs. */
	if (setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1) < 0)
		err(EXIT_FAILURE, "setenv");
}

static void make_parents(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			err(EXIT_FAILURE, "%s", path);
		*slash = '/';
	}
}

/* Writes one character of text to *to, and returns the rest of text. */
static const char *unescape(const char *text, char *to)
{
	unsigned byte;

	*to = *text;
	if (*text != '\\')
		return text + 1;
	if (sscanf(text, "\\x%2x", &byte) == 1) {
		*to = (char)byte;
		return text + strlen("\\xHH");
	}

	*to = text[1] == 'n' ? '\n' : text[1] == '0' ? 0 : text[1];
	return text + 2;
}

static void write_file(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = fopen(path, "we");

	if (!file)
		err(EXIT_FAILURE, "%s", path);

	while (*text) {
		char byte;

		text = unescape(text, &byte);
		(void)fputc(byte, file);
	}
}

static void make_entry(char *line)
{
	char *target = strstr(line, " -> "), *content = strstr(line, " = ");

	if (target || content)
		*(target ?: content) = 0;

	make_parents(line);
	if (content)
		write_file(line, content + strlen(" = "));
	else if (target && symlink(target + strlen(" -> "), line) < 0)
		err(EXIT_FAILURE, "%s", line);
	else if (!target && line[strlen(line) - 1] != '/')
		errx(EXIT_FAILURE, "'%s' is no line of a list", line);
}

void sysfs_make(const char *directory, const char *list)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	char path[PATH_MAX];
	size_t size = 0;

	(void)snprintf(path, sizeof path, "%s/%s", directory, list);
	file = fopen(path, "re");
	if (!file)
		err(EXIT_FAILURE, "%s", path);
	if (mount("test", "/sys", "tmpfs", 0, NULL) < 0)
		err(EXIT_FAILURE, "/sys");

	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (*line && *line != '#')
			make_entry(line);
	}
}
