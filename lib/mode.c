/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mode.h"

#include "cmdline.h"
#include "text.h"

struct words {
	const char *modes[4]; /* in the order of the enum; the rest is NULL */
	int booleans[2];      /* what false and true mean */
	const char *problem;
};

/* *mode does not change if text is NULL or not a mode. */
static const char *parse(const struct words *words, const char *text, int *mode)
{
	int r;

	if (!text)
		return NULL;

	for (int i = 0; i < (int)ELEMENTSOF(words->modes) && words->modes[i]; i++)
		if (streq(text, words->modes[i])) {
			*mode = i;
			return NULL;
		}

	r = cmdline_parse_boolean(text);
	if (r < 0)
		return words->problem;

	*mode = words->booleans[r];
	return NULL;
}

const char *remount_mode_parse(const char *text, enum remount_mode *mode)
{
	static const struct words words = {
		.modes = { "no", "auto", "tmpfs", "bind" },
		.booleans = { REMOUNT_NO, REMOUNT_AUTO },
		.problem = "is not one of no, auto, tmpfs, bind",
	};
	int value = (int)*mode;
	const char *problem = parse(&words, text, &value);

	*mode = (enum remount_mode)value;
	return problem;
}

const char *exitrd_mode_parse(const char *text, bool *mode)
{
	static const struct words words = {
		.modes = { "no", "yes" },
		.booleans = { false, true },
		.problem = "is not one of no, yes",
	};
	int value = *mode;
	const char *problem = parse(&words, text, &value);

	*mode = value;
	return problem;
}

const char *release_mode_parse(const char *text, enum release_mode *mode)
{
	static const struct words words = {
		.modes = { "auto", "yes", "no" },
		.booleans = { RELEASE_NO, RELEASE_YES },
		.problem = "is not one of auto, yes, no",
	};
	int value = (int)*mode;
	const char *problem = parse(&words, text, &value);

	*mode = (enum release_mode)value;
	return problem;
}
