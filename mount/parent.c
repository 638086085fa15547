/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "request.h"
#include "text.h"

static bool is_same(const struct request *a, const struct request *b)
{
	return b->source && streq(a->source, b->source) && streq(a->types, b->types);
}

int parent_read_options(struct request *request)
{
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *argument = NULL;
	char path[sizeof "/proc//cmdline" + 3 * sizeof(pid_t)];
	size_t size = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/cmdline", getppid());
	file = fopen(path, "re");
	while (file && getdelim(&argument, &size, 0, file) > 0) {
		_cleanup_(request_done) struct request theirs = {};
		int r = request_parse(&theirs, argument);

		if (r == -ENOMEM)
			return r;
		if (r < 0 || !is_same(request, &theirs))
			continue;

		free(request->options);
		request->options = TAKE_PTR(theirs.options);
	}

	return 0;
}
