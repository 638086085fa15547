/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

struct request;

/* How mount(8) was called, as far as that is handed on to the helper of a type. */
struct manner {
	bool fake, sloppy, no_mtab, verbose;
};

/*
 * Mounts the source as the type, with the type's own helper where there is one, else as the kernel
 * does it; read-only where it turns out that it cannot be written.
 *
 * Returns 0, the exit status of the helper, or a negative errno.
 */
int attempt(const struct request *request, const char *type, const char *dir,
	    const struct manner *manner);
