/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mount(8) hands to mount.fstag behind -o. */
#pragma once

#include <stdbool.h>

struct request {
	char *types;	     /* separated by commas. Owned, as all that follows */
	char *source;	     /* NULL where there is no option fstag= */
	char *data;	     /* what is the file system's to understand */
	char *all;	     /* all but fstag=, for the helper of a type */
	unsigned long flags; /* of mount(2) */
	bool has_access;     /* ro or rw is given */
};

/*
 * Takes the options apart as libmount does: they stand between commas, "\," and a comma between
 * double quotes are an option's own. What is mount(8)'s or systemd's own affair falls away.
 *
 * Returns 0, -EINVAL where fstag= is not "<type>[+<type>...]:<source>", or -ENOMEM. request_done()
 * is due in each case.
 */
int request_parse(struct request *request, const char *text);

void request_done(struct request *request);
