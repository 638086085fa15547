/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static size_t path_length(const struct directory *directory)
{
	size_t length = 0;

	for (; directory->parent; directory = directory->parent)
		length += 1 + strlen(directory->name);

	return length;
}

char *directory_path(const struct directory *directory, const char *name)
{
	size_t length = path_length(directory);
	char *path = malloc(length + 1 + strlen(name) + 1), *end;

	if (!path)
		return NULL;

	(void)stpcpy(stpcpy(path + length, "/"), name);
	for (end = path + length; directory->parent; directory = directory->parent) {
		size_t n = strlen(directory->name);

		end -= n + 1;
		end[0] = '/';
		memcpy(end + 1, directory->name, n);
	}

	return path;
}

void directory_list_add(struct directory **list, struct directory *directory)
{
	directory->previous = NULL;
	directory->next = *list;
	if (*list)
		(*list)->previous = directory;
	*list = directory;
}

void directory_list_drop(struct directory **list, struct directory *directory)
{
	*(directory->previous ? &directory->previous->next : list) = directory->next;
	if (directory->next)
		directory->next->previous = directory->previous;
}

struct directory *directory_new(struct directory *parent, const char *name)
{
	struct directory *directory = calloc(1, sizeof *directory + strlen(name) + 1);

	if (!directory)
		return NULL;

	directory->parent = parent;
	directory->from = directory->to = -EBADF;
	(void)strcpy(directory->name, name);
	return directory;
}

void directory_free(struct directory *directory)
{
	cleanup_close(&directory->from);
	cleanup_close(&directory->to);
	attributes_done(&directory->attributes);
	free(directory);
}
