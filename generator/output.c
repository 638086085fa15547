/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "text.h"

int outputs_add(struct outputs *outputs, enum output_kind kind, char *text, const char *path_format,
		...)
{
	struct output *larger;
	va_list arguments;
	char *path;
	int n;

	va_start(arguments, path_format);
	n = vasprintf(&path, path_format, arguments);
	va_end(arguments);
	larger = reallocarray(outputs->items, outputs->n + 1, sizeof *larger);
	if (larger)
		outputs->items = larger;
	if (!text || n < 0 || !larger) {
		if (n >= 0)
			free(path);
		free(text);
		return -ENOMEM;
	}

	outputs->items[outputs->n++] = (struct output){ .path = path, .text = text, .kind = kind };
	return 0;
}

/* Creates the directory that the path contains. Returns 1 if it created one, 0 if it already
 * exists. */
static int make_directory(int dir, const char *path)
{
	_cleanup_free_ char *directory = NULL;
	const char *slash = strchr(path, '/');

	if (!slash)
		return 0;

	directory = strndup(path, (size_t)(slash - path));
	if (!directory)
		return -ENOMEM;
	if (mkdirat(dir, directory, 0755) < 0)
		return errno == EEXIST ? 0 : -errno;

	return 1;
}

static int write_file(int dir, const char *path, const char *text)
{
	_cleanup_close_ int fd = openat(dir, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	size_t length = strlen(text);
	ssize_t n;

	if (fd < 0)
		return -errno;

	n = write(fd, text, length);
	if (n == (ssize_t)length)
		return 0;

	/* A short write to a regular file means that there is no room for the rest. */
	n = n < 0 ? -errno : -ENOSPC;
	(void)unlinkat(dir, path, 0);
	return (int)n;
}

static int make(int dir, struct output *output)
{
	int made_directory = make_directory(dir, output->path), r = 0;

	if (made_directory < 0)
		return made_directory;

	if (output->kind == OUTPUT_FILE)
		r = write_file(dir, output->path, output->text);
	else if (symlinkat(output->text, dir, output->path) < 0)
		r = errno == EEXIST ? 1 : -errno;
	/* In a new directory, nothing else can have the name, even on an error. */
	if (made_directory)
		output->state = OUTPUT_MADE_WITH_DIRECTORY;
	else if (r == 0)
		output->state = OUTPUT_MADE;

	return r < 0 ? r : 0;
}

static void unmake(int dir, const struct output *output)
{
	_cleanup_free_ char *directory = NULL;

	if (output->state == OUTPUT_TO_DO)
		return;

	(void)unlinkat(dir, output->path, 0);
	if (output->state == OUTPUT_MADE_WITH_DIRECTORY)
		directory = strndup(output->path, strcspn(output->path, "/"));
	if (directory)
		(void)unlinkat(dir, directory, AT_REMOVEDIR);
}

int outputs_write(struct outputs *outputs, const char *directory, const char **ret_path)
{
	_cleanup_close_ int dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t i = 0;
	int r = 0;

	*ret_path = directory;
	if (dir < 0)
		return -errno;

	for (; i < outputs->n && r == 0; i++) {
		r = make(dir, &outputs->items[i]);
		*ret_path = outputs->items[i].path;
	}
	while (r < 0 && i-- > 0)
		unmake(dir, &outputs->items[i]);

	return r;
}

void outputs_done(struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->n; i++) {
		free(outputs->items[i].path);
		free(outputs->items[i].text);
	}
	free(outputs->items);
}
