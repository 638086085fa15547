/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set of mount namespaces. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct namespaces {
	struct mount_namespace {
		ino_t number;
		int fd;
	} * items;
	size_t n;
};

void namespaces_done(struct namespaces *namespaces);

/* Adds the mount namespace that the path below the directory names, unless it is in the set. Any
 * other kind of file is ignored. Returns 0 or a negative errno. */
int namespaces_add(struct namespaces *namespaces, int directory, const char *path);

bool namespaces_have(const struct namespaces *namespaces, ino_t number);
