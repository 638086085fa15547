/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "text.h"

bool mount_is_on(const char *line, dev_t device)
{
	unsigned major_number, minor_number;

	return sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) == 2 &&
	       makedev(major_number, minor_number) == device;
}

/* What stands behind the optional fields and the type: the source and the options. */
static const char *after_type(const char *line, const char *type)
{
	const char *dash = strstr(line, " - ");
	const char *rest = dash ? after_prefix(dash + strlen(" - "), type) : NULL;

	return rest && *rest == ' ' ? rest + 1 : NULL;
}

bool mount_is_rootfs(const char *line)
{
	return after_type(line, "rootfs");
}

static bool has_names(int tree, const char *path)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	/* Links lead to where they led when the tree was the root. */
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd = (int)syscall(SYS_openat2, tree, path, &how, sizeof how);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return false;

	do
		entry = readdir(dir);
	while (entry && (streq(entry->d_name, ".") || streq(entry->d_name, "..")));

	return entry;
}

static bool is_layer_in(int tree, const char *path)
{
	/* Relative to who knows what, or with characters that are written as others. */
	if (*path != '/' || strchr(path, '\\'))
		return true;

	return has_names(tree, path);
}

static bool has_layer_in(int tree, char *layers)
{
	char *layer;

	/* "::" separates data layers from others. */
	while ((layer = strsep(&layers, ":")))
		if (*layer && is_layer_in(tree, layer))
			return true;

	return false;
}

/* An option as the kernel shows it: what would divide it from others is written as another
 * character. lowerdir= alone is a list, in the others a ":" is one of the name. */
static bool names_layer_in(int tree, char *option)
{
	static const char *const keys[] = { "lowerdir+", "datadir+", "upperdir" };
	const char *key = strsep(&option, "=");

	if (!option)
		return false;
	if (streq(key, "lowerdir"))
		return has_layer_in(tree, option);

	for (size_t i = 0; i < ELEMENTSOF(keys); i++)
		if (streq(key, keys[i]))
			return is_layer_in(tree, option);

	return false;
}

bool mount_is_over(const char *line, int tree)
{
	_cleanup_free_ char *options = NULL;
	const char *rest = after_type(line, "overlay");
	char *cursor, *option;

	if (!rest)
		return false;

	options = strndup(rest, strcspn(rest, "\n"));
	cursor = options;
	/* The source is the first word, and only the first option comes after a blank. */
	(void)strsep(&cursor, " ");
	while ((option = strsep(&cursor, ",")))
		if (names_layer_in(tree, option))
			return true;

	return !options;
}
