/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmdline.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <strings.h>

#include "cleanup.h"
#include "options.h"
#include "text.h"
#include "words.h"

/* Parameters of which the last one counts. An empty value counts as not given, as in systemd,
 * except for fstag's own parameters, where an empty value is a mistake that is reported later. */
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
	{ "systemd.default_device_timeout_sec", offsetof(struct cmdline, device_timeout), true },
	{ "rd.timeout", offsetof(struct cmdline, rd_timeout), true },
	{ "transparent_hugepage_tmpfs", offsetof(struct cmdline, huge), true },
	{ "resume", offsetof(struct cmdline, resume), true },
	{ "rootwait", offsetof(struct cmdline, rootwait), false },
	{ "fstag.timeout", offsetof(struct cmdline, timeout), false },
	{ "fstag.remount", offsetof(struct cmdline, remount), false },
	{ "fstag.remountflags", offsetof(struct cmdline, remountflags), false },
	{ "fstag.init", offsetof(struct cmdline, init), false },
	{ "fstag.exitrd", offsetof(struct cmdline, exitrd), false },
	{ "fstag.release", offsetof(struct cmdline, release), false },
};

int cmdline_parse_boolean(const char *text)
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

/* '-' equals '_', for the kernel and for systemd. */
static bool is_key(const char *key, const char *name)
{
	while (*key && (*key == *name || (*key == '-' && *name == '_'))) {
		key++;
		name++;
	}

	return *key == *name;
}

static int take_flags(struct mount_parameters *mount, const char *value)
{
	mount->first_flags = mount->first_flags ?: value;
	mount->last_flags = value;
	return options_append(&mount->flags, value);
}

static int add_stray(struct cmdline *cmdline, struct stray_word stray)
{
	struct stray_word *larger =
		reallocarray(cmdline->strays, cmdline->n_strays + 1, sizeof *larger);

	if (!larger)
		return -ENOMEM;

	cmdline->strays = larger;
	larger[cmdline->n_strays++] = stray;
	return 0;
}

/* Comparing the first letter first spares most boots the call. */
static bool is_fstag(const char *text)
{
	return (*text == 'f' || *text == 'F') && strncasecmp(text, "fstag:", strlen("fstag:")) == 0;
}

/* Only root= can name a root. Returns NULL if there is nothing like a tag. */
static const char *find_stray_tag(const char *key, const char *value)
{
	if (is_fstag(key))
		return key + strlen("fstag:");
	if (!value)
		return NULL;
	if (streq(key, "fstag"))
		return value;

	return is_fstag(value) ? value + strlen("fstag:") : NULL;
}

/* A word that is not in the table of parameters; most of these are not fstag's. */
static int take_other(struct cmdline *cmdline, const char *key, const char *value, const char *file)
{
	struct stray_word stray = { .key = key, .value = value, .file = file };

	if (after_prefix(key, "fstag.")) {
		stray.kind = value ? STRAY_UNKNOWN : STRAY_NO_VALUE;
	} else {
		stray.kind = STRAY_TAG;
		stray.tag = find_stray_tag(key, value);
		if (!stray.tag)
			return 0;
	}

	return add_stray(cmdline, stray);
}

static int take_value(struct cmdline *cmdline, const char *key, const char *value, const char *file)
{
	if (streq(key, "rootflags"))
		return take_flags(&cmdline->root, value);
	if (streq(key, "mount.usrflags"))
		return take_flags(&cmdline->usr, value);
	if (streq(key, "systemd.verity"))
		cmdline->verity = cmdline_parse_boolean(value) != 0;

	for (size_t i = 0; i < ELEMENTSOF(values); i++)
		if (is_key(key, values[i].key)) {
			*(const char **)((char *)cmdline + values[i].offset) =
				values[i].empty_is_none && !*value ? NULL : value;
			return 0;
		}

	return take_other(cmdline, key, value, file);
}

static int take_flag(struct cmdline *cmdline, const char *key, const char *file)
{
	if (streq(key, "rw"))
		cmdline->rw = 1;
	else if (streq(key, "ro"))
		cmdline->rw = 0;
	else if (streq(key, "rootwait"))
		cmdline->rootwait = "";
	else if (streq(key, "noresume"))
		cmdline->noresume = true;
	else if (streq(key, "systemd.verity"))
		cmdline->verity = true;
	else
		return take_other(cmdline, key, NULL, file);

	return 0;
}

/* Marks a value that the current text does not give. */
static const char unsaid[1];

/* What earlier texts say about a root, or about /usr. */
struct earlier {
	struct mount_parameters mount;
	const char *hash;
};

static struct earlier put_aside(struct mount_parameters *mount, const char **hash)
{
	struct earlier earlier = { *mount, *hash };

	*mount = (struct mount_parameters){ .what = unsaid, .fstype = unsaid };
	*hash = unsaid;
	return earlier;
}

static void settle(const char **value, const char *earlier)
{
	if (*value == unsaid)
		*value = earlier;
}

static int join_flags(struct mount_parameters *mount, const struct mount_parameters *earlier)
{
	_cleanup_free_ char *added = NULL;

	if (!earlier->flags)
		return 0;

	added = mount->flags;
	mount->flags = earlier->flags;
	mount->first_flags = earlier->first_flags;
	mount->last_flags = mount->last_flags ?: earlier->last_flags;
	return added ? options_append(&mount->flags, added) : 0;
}

/* Restores what earlier texts say, unless this one names another root. Returns 1 if it does, 0 or
 * -ENOMEM. */
static int bring_back(struct mount_parameters *mount, const char **hash, struct earlier *earlier)
{
	/* An empty root= drops a stored one; an empty hash has no effect. */
	bool is_another = mount->what != unsaid || (*hash != unsaid && *hash);
	int r;

	if (is_another) {
		free(earlier->mount.flags);
		*earlier = (struct earlier){};
	}

	settle(&mount->what, earlier->mount.what);
	settle(&mount->fstype, earlier->mount.fstype);
	settle(hash, earlier->hash);
	r = join_flags(mount, &earlier->mount);
	return r < 0 ? r : is_another;
}

static int take_words(struct cmdline *cmdline, char *text, const char *file)
{
	char *word;
	int r = 0;

	while (r == 0 && (word = words_next(&text))) {
		char *value = strchr(word, '=');

		if (after_prefix(word, "rd.fstag."))
			word += strlen("rd.");
		if (value)
			*value++ = 0;
		r = value ? take_value(cmdline, word, value, file) : take_flag(cmdline, word, file);
	}

	return r;
}

int cmdline_parse(struct cmdline *cmdline, char *text, const char *file)
{
	struct earlier root = put_aside(&cmdline->root, &cmdline->roothash);
	struct earlier usr = put_aside(&cmdline->usr, &cmdline->usrhash);
	int rw = cmdline->rw, r, is_root, is_usr;

	cmdline->rw = -1;
	r = take_words(cmdline, text, file);
	is_root = bring_back(&cmdline->root, &cmdline->roothash, &root);
	is_usr = bring_back(&cmdline->usr, &cmdline->usrhash, &usr);
	if (cmdline->rw < 0 && is_root == 0)
		cmdline->rw = rw;

	if (r < 0)
		return r;
	return is_root < 0 ? is_root : is_usr < 0 ? is_usr : 0;
}

void cmdline_done(struct cmdline *cmdline)
{
	free(cmdline->root.flags);
	free(cmdline->usr.flags);
	free(cmdline->strays);
}
