/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmdline.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "cleanup.h"
#include "log.h"
#include "text.h"
#include "words.h"

/* Parameters of which the last one counts. Empty ones are as good as none, as in systemd, but
 * for fstag's own, where an empty value is a mistake that is told later. */
static const struct {
	const char *key;
	size_t offset;
	bool empty_is_none;
} values[] = {
	{ "root", offsetof(struct cmdline, root.what), true },
	{ "rootfstype", offsetof(struct cmdline, root.fstype), true },
	{ "roothash", offsetof(struct cmdline, roothash), true },
	{ "mount.usr", offsetof(struct cmdline, usr.what), true },
	{ "mount.usrfstype", offsetof(struct cmdline, usr.fstype), true },
	{ "usrhash", offsetof(struct cmdline, usrhash), true },
	{ "fstag.timeout", offsetof(struct cmdline, timeout), false },
	{ "fstag.remount", offsetof(struct cmdline, remount), false },
	{ "fstag.exitrd", offsetof(struct cmdline, exitrd), false },
	{ "fstag.release", offsetof(struct cmdline, release), false },
};

/* Parameters of the early init and of the remount service, which read them themselves. */
static const char *const passed_over[] = { "fstag.remountflags", "fstag.init" };

int parse_boolean(const char *text)
{
	static const char *const words[2][6] = {
		{ "0", "no", "n", "false", "f", "off" },
		{ "1", "yes", "y", "true", "t", "on" },
	};

	for (int value = 0; value < 2; value++)
		for (size_t i = 0; i < ELEMENTSOF(words[value]); i++)
			if (strcasecmp(text, words[value][i]) == 0)
				return value;

	return -EINVAL;
}

static int join(char **list, const char *item)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *list ?: "", *list && **list ? "," : "", item) < 0)
		return -ENOMEM;

	free(*list);
	*list = joined;
	return 0;
}

static bool is_passed_over(const char *key)
{
	for (size_t i = 0; i < ELEMENTSOF(passed_over); i++)
		if (streq(key, passed_over[i]))
			return true;

	return false;
}

static int take_value(struct cmdline *cmdline, const char *key, const char *value)
{
	if (streq(key, "rootflags"))
		return join(&cmdline->root.flags, value);
	if (streq(key, "mount.usrflags"))
		return join(&cmdline->usr.flags, value);
	if (streq(key, "rootwait"))
		cmdline->rootwait = value;
	if (streq(key, "systemd.verity") && parse_boolean(value) >= 0)
		cmdline->verity = parse_boolean(value);

	for (size_t i = 0; i < ELEMENTSOF(values); i++)
		if (streq(key, values[i].key)) {
			*(const char **)((char *)cmdline + values[i].offset) =
				values[i].empty_is_none && !*value ? NULL : value;
			return 0;
		}

	if (after_prefix(key, "fstag.") && !is_passed_over(key))
		log_warning("Unknown parameter %s= on the kernel command line, ignoring", key);
	return 0;
}

static void take_flag(struct cmdline *cmdline, const char *key)
{
	if (streq(key, "rw"))
		cmdline->rw = 1;
	else if (streq(key, "ro"))
		cmdline->rw = 0;
	else if (streq(key, "rootwait"))
		cmdline->rootwait = "";
	else if (streq(key, "systemd.verity"))
		cmdline->verity = true;
	else if (after_prefix(key, "fstag."))
		log_warning("Missing value of %s= on the kernel command line, ignoring", key);
}

int cmdline_parse(struct cmdline *cmdline, char *text)
{
	char *word;
	int r;

	while ((word = next_word(&text))) {
		char *value = strchr(word, '=');

		if (after_prefix(word, "rd.fstag."))
			word += strlen("rd.");
		if (!value) {
			take_flag(cmdline, word);
			continue;
		}

		*value = 0;
		r = take_value(cmdline, word, value + 1);
		if (r < 0)
			return r;
	}

	return 0;
}

void cmdline_done(struct cmdline *cmdline)
{
	free(cmdline->root.flags);
	free(cmdline->usr.flags);
}
