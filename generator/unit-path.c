/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit-path.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "input.h"
#include "text.h"

/* Directories whose units have a place before or beside generator.early, from systemd.unit(5). What
 * lies in /run/systemd/generator and generator.late is not here: early-dir is there to win over
 * it. /usr/lib stands here since a unit that the image brings is its builder's will. */
static const char *const unit_directories[] = {
	"/etc/systemd/system.control",	"/run/systemd/system.control",	 "/run/systemd/transient",
	"/etc/systemd/system",		"/etc/systemd/system.attached",	 "/run/systemd/system",
	"/run/systemd/system.attached", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
};

static bool exists_in(const char *root, const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof path, "%s%s/%s", root, directory, name);
	return lstat(path, &st) == 0;
}

const char *unit_path_find(const char *early_dir, const char *unit)
{
	if (exists_in("", early_dir, unit))
		return early_dir;
	for (size_t i = 0; i < ELEMENTSOF(unit_directories); i++)
		if (exists_in(input_root(), unit_directories[i], unit))
			return unit_directories[i];

	return NULL;
}
