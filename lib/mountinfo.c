/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mountinfo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "read-text.h"
#include "text.h"

int mountinfo_read(struct mountinfo *mountinfo, int directory, const char *path)
{
	int r = read_text(directory, path, &mountinfo->text);

	mountinfo->next = mountinfo->text;
	return r;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The kernel writes blanks, newlines and backslashes as three octal digits. */
static const char *undo_escapes(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++)
		if (from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) &&
		    is_octal(from[3])) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	*to = 0;
	return text;
}

/* Takes a field, which may be empty, as a source can be. NULL if there are no more. */
static char *take_field(char **cursor)
{
	return strsep(cursor, " ");
}

/* Skips the options of the mount and the optional fields, which a dash ends. */
static void skip_to_type(char **cursor)
{
	const char *field;

	do
		field = take_field(cursor);
	while (field && !streq(field, "-"));
}

static int parse_line(char *line, struct mount *ret_mount)
{
	unsigned major_number, minor_number;
	char *cursor, *root, *point, *source;
	struct mount mount = {};
	int start;

	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %u:%u %n", &mount.id, &mount.parent,
		   &major_number, &minor_number, &start) != 4)
		return -EBADMSG;

	cursor = line + start;
	root = take_field(&cursor);
	point = take_field(&cursor);
	skip_to_type(&cursor);
	mount.type = take_field(&cursor);
	source = take_field(&cursor);
	if (!cursor)
		return -EBADMSG;

	mount.device = makedev(major_number, minor_number);
	mount.root = undo_escapes(root);
	mount.point = undo_escapes(point);
	mount.source = undo_escapes(source);
	mount.options = cursor;
	*ret_mount = mount;
	return 0;
}

int mountinfo_next(struct mountinfo *mountinfo, struct mount *ret_mount)
{
	char *line = mountinfo->next, *end = strchr(line, '\n');
	int r;

	if (!*line)
		return 0;
	/* The kernel shows whole lines, so only the reading can have cut it off. */
	if (!end)
		return -EBADMSG;

	*end = 0;
	mountinfo->next = end + 1;
	r = parse_line(line, ret_mount);
	return r < 0 ? r : 1;
}

void mountinfo_done(struct mountinfo *mountinfo)
{
	free(mountinfo->text);
}

bool mountinfo_keeps_namespace(const struct mount *mount, ino_t *ret_number)
{
	unsigned long number;

	if (!streq(mount->type, "nsfs") || sscanf(mount->root, "mnt:[%lu]", &number) != 1)
		return false;

	*ret_number = number;
	return true;
}
