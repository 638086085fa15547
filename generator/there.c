/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "there.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>

#include "cleanup.h"
#include "fs-type.h"
#include "input.h"
#include "plan.h"
#include "text.h"

/* There a 9p tag ends in a NUL, a virtiofs tag in a newline. */
static bool has_tag(const char *path, const char *tag)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char text[512];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return false;

	text[text[n - 1] == '\n' ? n - 1 : n] = 0;
	return streq(text, tag);
}

/* Searches the devices that have their driver. */
static int find(const struct fs_type *type, const char *tag, char **ret_path)
{
	_cleanup_free_ char *pattern = NULL;
	glob_t found = {};
	int r = 0;

	if (asprintf(&pattern, "%s%s/*/%s", input_root(), type->tag_directory, type->tag_file) <
	    0) {
		pattern = NULL;
		return -ENOMEM;
	}

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
			if (has_tag(found.gl_pathv[i], tag)) {
				*ret_path = strdup(found.gl_pathv[i] + strlen(input_root()));
				r = *ret_path ? 1 : -ENOMEM;
			}

	globfree(&found);
	return r;
}

int there_look(struct plan_mount *m)
{
	if (m->wait != PLAN_WAIT_SOURCE ||
	    (getenv("SYSTEMD_PROC_CMDLINE") && !getenv("FSTAG_ROOT")))
		return 0;

	FOREACH_ITEM (name, length, m->types) {
		const struct fs_type *type = fs_type_find(name, length);
		int r = type && type->tag_directory ? find(type, m->source, &m->there_path) : 0;

		if (r != 0)
			return r < 0 ? r : 0;
	}

	return 0;
}
