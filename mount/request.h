/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mount(8) hands to mount.fstag behind -o. */
#pragma once

#include <stdbool.h>

struct request {
	char *types;   /* separated by commas. Owned, as all that follows */
	char *source;  /* NULL where there is no option fstag= */
	char *options; /* all others, or NULL */
};

/*
 * Returns 0, -EINVAL where fstag= is not "<type>[+<type>...]:<source>" or where the options are
 * none, or -ENOMEM. request_done() is due in each case.
 */
int request_parse(struct request *request, const char *text);

/*
 * busybox' mount keeps ro, nosuid and whatever else is a flag of mount(2) to itself when it
 * executes a helper. It waits for the helper, so they can be read off its own command line: where
 * an argument there holds the same option fstag=, its options take the place of those at hand. Of
 * any other parent nothing is read.
 *
 * Returns 0 or -ENOMEM.
 */
int request_read_parent(struct request *request);

/* Whether the option is given, with or without a value. */
bool request_has(const struct request *request, const char *option);

void request_done(struct request *request);
