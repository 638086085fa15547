/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mount(8) passes to mount.fstag with -o. */
#pragma once

#include <stdbool.h>

struct request {
	char *types;   /* separated by commas. Owned, as are the following */
	char *source;  /* NULL if there is no option fstag= */
	char *options; /* all others, or NULL */
};

/*
 * Returns 0, -EINVAL if fstag= is not "<type>[+<type>...]:<source>" or if the options are
 * malformed, or -ENOMEM. The caller must call request_done() in every case.
 */
int request_parse(struct request *request, const char *text);

/*
 * busybox' mount does not pass on ro, nosuid and the other flags of mount(2) when it executes a
 * helper. It waits for the helper, so they can be read from its command line: if an argument there
 * contains the same option fstag=, its options replace those of this process. Nothing is read from
 * any other parent.
 *
 * Returns 0 or -ENOMEM.
 */
int request_read_parent(struct request *request);

/* Whether the option is given, with or without a value. */
bool request_has(const struct request *request, const char *option);

void request_done(struct request *request);
