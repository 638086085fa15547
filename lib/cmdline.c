/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmdline.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <strings.h>

#include "cleanup.h"
#include "log.h"
#include "options.h"
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
	{ "init", offsetof(struct cmdline, system_init), true },
	{ "rdinit", offsetof(struct cmdline, rdinit), true },
	{ "initramfs_options", offsetof(struct cmdline, initramfs_options), true },
	{ "transparent_hugepage_tmpfs", offsetof(struct cmdline, huge), true },
	{ "rootwait", offsetof(struct cmdline, rootwait), false },
	{ "fstag.timeout", offsetof(struct cmdline, timeout), false },
	{ "fstag.remount", offsetof(struct cmdline, remount), false },
	{ "fstag.remountflags", offsetof(struct cmdline, remountflags), false },
	{ "fstag.init", offsetof(struct cmdline, init), false },
	{ "fstag.exitrd", offsetof(struct cmdline, exitrd), false },
	{ "fstag.release", offsetof(struct cmdline, release), false },
};

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

static int take_value(struct cmdline *cmdline, const char *key, const char *value)
{
	if (streq(key, "rootflags"))
		return options_append(&cmdline->root.flags, value);
	if (streq(key, "mount.usrflags"))
		return options_append(&cmdline->usr.flags, value);
	if (streq(key, "systemd.verity"))
		cmdline->verity = parse_boolean(value) != 0;

	for (size_t i = 0; i < ELEMENTSOF(values); i++)
		if (streq(key, values[i].key)) {
			*(const char **)((char *)cmdline + values[i].offset) =
				values[i].empty_is_none && !*value ? NULL : value;
			return 0;
		}

	if (cmdline->warns && after_prefix(key, "fstag."))
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
	else if (cmdline->warns && after_prefix(key, "fstag."))
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
