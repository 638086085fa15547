/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

static size_t path_length(const struct folder *folder)
{
	size_t length = 0;

	for (; folder->parent; folder = folder->parent)
		length += 1 + strlen(folder->name);

	return length;
}

char *folder_path(const struct folder *folder, const char *name)
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

void folder_list_add(struct folder **list, struct folder *folder)
{
	folder->previous = NULL;
	folder->next = *list;
	if (*list)
		(*list)->previous = folder;
	*list = folder;
}

void folder_list_drop(struct folder **list, struct folder *folder)
{
	*(folder->previous ? &folder->previous->next : list) = folder->next;
	if (folder->next)
		folder->next->previous = folder->previous;
}

struct folder *folder_new(struct folder *parent, const char *name)
{
	struct folder *folder = calloc(1, sizeof *folder + strlen(name) + 1);

	if (!folder)
		return NULL;

	folder->parent = parent;
	folder->from = folder->to = -EBADF;
	(void)strcpy(folder->name, name);
	return folder;
}

void folder_free(struct folder *folder)
{
	cleanup_close(&folder->from);
	cleanup_close(&folder->to);
	attributes_done(&folder->attributes);
	free(folder);
}
