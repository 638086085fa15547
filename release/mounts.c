/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "empty.h"
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

static int open_directory(int tree, const char *path)
{
	/* Links lead to where they led when the tree was the root. */
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};

	return (int)syscall(SYS_openat2, tree, path, &how, sizeof how);
}

/*
 * A lower layer that is empty is as good as none, and more often the place of a mount that is the
 * layer: /sysroot under systemd.volatile=overlay. Such a directory stays (empty.h), whichever it
 * is. The two layers that are written to are there for what is to come.
 */
static bool is_layer_in(int tree, const char *path, bool is_written_to)
{
	_cleanup_close_ int directory = -EBADF;

	/* Relative to who knows what, or with characters that are written as others. */
	if (*path != '/' || strchr(path, '\\'))
		return true;

	directory = open_directory(tree, path);
	if (directory < 0)
		return errno != ENOENT && errno != ENOTDIR;

	return is_written_to || directory_has_names(directory) != 0;
}

static bool has_layer_in(int tree, char *layers)
{
	char *layer;

	/* "::" separates data layers from others. */
	while ((layer = strsep(&layers, ":")))
		if (*layer && is_layer_in(tree, layer, false))
			return true;

	return false;
}

/* An option as the kernel shows it: what would divide it from others is written as another
 * character. lowerdir= alone is a list, in the others a ":" is one of the name. */
static bool names_layer_in(int tree, char *option)
{
	const char *key = strsep(&option, "=");

	if (!option)
		return false;
	if (streq(key, "lowerdir"))
		return has_layer_in(tree, option);
	if (streq(key, "lowerdir+") || streq(key, "datadir+"))
		return is_layer_in(tree, option, false);

	return (streq(key, "upperdir") || streq(key, "workdir")) && is_layer_in(tree, option, true);
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

/* Blanks, newlines and backslashes are written as three octal digits. */
static void undo_escapes(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++)
		if (from[0] == '\\' && from[1] && from[2] && from[3]) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	*to = 0;
}

int mount_parse_namespace(const char *line, ino_t *ret_number, char path[static PATH_MAX])
{
	unsigned long number;
	size_t length;
	char root[32];
	int start;

	if (!after_type(line, "nsfs"))
		return 0;
	if (sscanf(line, "%*d %*d %*s %31s %n", root, &start) != 1)
		return -EBADMSG;
	if (sscanf(root, "mnt:[%lu]", &number) != 1)
		return 0;

	length = strcspn(line + start, " ");
	if (length >= PATH_MAX)
		return -ENAMETOOLONG;

	memcpy(path, line + start, length);
	path[length] = 0;
	undo_escapes(path);
	*ret_number = number;
	return 1;
}
