/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

struct request;

/* How mount(8) was called, as far as that matters here. */
struct manner {
	bool fake, sloppy, no_mtab;
	const char *namespace; /* the path of a mount namespace, or NULL for this one */
};

/* Added to the number of the signal if a signal ended a helper. */
#define ATTEMPT_KILLED 256

/* Whether mounts can be made in that namespace: 0, -EINVAL if it is not a mount namespace, or
 * another negative errno. */
int attempt_namespace(const char *path);

/*
 * Mounts the source as the type on the directory, as mount(8) does if it is given no list: with the
 * type's own helper if there is one, and read-only if it turns out not to be writable. A type of
 * NULL means a remount.
 *
 * Returns 0, the exit status of the helper or, if that was killed, ATTEMPT_KILLED plus the signal,
 * or a negative errno.
 */
int attempt_mount(const struct request *request, const char *type, const char *dir,
		  const struct manner *manner);
