/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

struct request;

/* How mount(8) was called, as far as that matters here. */
struct manner {
	bool fake, sloppy, no_mtab;
	const char *namespace; /* the path of a mount namespace, or NULL for this one */
};

/* What stands for the end of a helper by a signal, the signal's number added. */
#define ATTEMPT_KILLED 256

/* Whether mounts can be made in that namespace: 0, -EINVAL where it is none of mounts, or another
 * negative errno. */
int attempt_namespace(const char *path);

/*
 * Mounts the source as the type on the directory, as mount(8) does where it is given no list: with
 * the type's own helper where there is one, and read-only where it turns out that it cannot be
 * written. A type of NULL is for a remount.
 *
 * Returns 0, the exit status of the helper or, where that was killed, ATTEMPT_KILLED and more, or a
 * negative errno.
 */
int attempt_mount(const struct request *request, const char *type, const char *dir,
		  const struct manner *manner);
