/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "fs-type.h"
#include "percent.h"
#include "text.h"

#define OPTION "fstag"

/* "<type>[+<type>...]:<source>", the source encoded. */
static int parse_fstag(struct request *request, char *text)
{
	char *colon = strchr(text, ':');

	if (!colon || !colon[1])
		return -EINVAL;

	*colon = 0;
	for (char *p = text; (p = strchr(p, '+')); p++)
		*p = ',';
	FOREACH_ITEM (type, length, text)
		/* mount.fstag would execute itself without end. */
		if (!fs_type_is_valid(type, length) || item_is(type, length, "fstag"))
			return -EINVAL;

	request->types = strdup(text);
	return request->types ? percent_decode(colon + 1, &request->source) : -ENOMEM;
}

int request_parse(struct request *request, const char *text)
{
	_cleanup_free_ char *options = strdup(text), *mine = NULL;
	char *value;
	size_t length;
	int r;

	*request = (struct request){};
	if (!options)
		return -ENOMEM;

	/* If it is given more than once, the last one counts. Positive if it is not given. */
	r = mnt_optstr_deduplicate_option(&options, OPTION);
	if (r == 0)
		r = mnt_optstr_get_option(options, OPTION, &value, &length);
	if (r == 0) {
		mine = strndup(value ?: "", length);
		r = mine ? parse_fstag(request, mine) : -ENOMEM;
		if (r == 0)
			r = mnt_optstr_remove_option(&options, OPTION);
	}
	if (r < 0)
		return r;

	request->options = TAKE_PTR(options);
	return 0;
}

bool request_has(const struct request *request, const char *option)
{
	return request->options && mnt_optstr_get_option(request->options, option, NULL, NULL) == 0;
}

static bool is_same(const struct request *a, const struct request *b)
{
	return b->source && streq(a->source, b->source) && streq(a->types, b->types);
}

int request_read_parent(struct request *request)
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

void request_done(struct request *request)
{
	free(request->types);
	free(request->source);
	free(request->options);
}
