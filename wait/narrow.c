/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "narrow.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "cleanup.h"
#include "manager.h"
#include "source.h"
#include "text.h"

static void cleanup_strings(char ***strings)
{
	for (char **string = *strings; string && *string; string++)
		free(*string);
	free(*strings);
}

/* virtiofs is the one type that says EINVAL for a tag that is not its own. */
static bool list_stops_before(const char *types, const char *type)
{
	FOREACH_ITEM (item, length, types) {
		if (item == type)
			return false;
		if (!item_is(item, length, "virtiofs"))
			return true;
	}

	return false;
}

/* Whether mount(8) would make another name of the source. */
static bool is_resolved(const struct source *source)
{
	_cleanup_free_ char *path = NULL;

	if (source->name[0] != '/' || !strchr(source->types, ','))
		return false;

	path = realpath(source->name, NULL);
	return path && !streq(path, source->name);
}

/* The units that require the one that this process belongs to. */
static int get_required_by(sd_bus *bus, char ***ret_units)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = manager_get_own_unit(bus, &path);
	if (r < 0)
		return r;

	return sd_bus_get_property_strv(bus, MANAGER, path, MANAGER ".Unit", "RequiredBy", NULL,
					ret_units);
}

static bool is_mount(const char *unit)
{
	const char *dot = strrchr(unit, '.');

	return dot && streq(dot, ".mount");
}

static int write_drop_in(const char *unit, const char *type)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "/run/systemd/system/%s.d", unit);
	(void)mkdir("/run/systemd/system", 0755);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return -errno;

	(void)snprintf(path, sizeof path, "/run/systemd/system/%s.d/50-fstag-type.conf", unit);
	file = fopen(path, "we");
	if (!file)
		return -errno;

	(void)fprintf(file, "# Written by fstag-wait\n\n[Mount]\nType=%.*s\n",
		      (int)strcspn(type, ","), type);
	return fclose(TAKE_PTR(file)) == 0 ? 0 : -errno;
}

int narrow_mounts(const struct source *source, const char *type)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	_cleanup_(cleanup_strings) char **units = NULL;
	int r;

	if (!list_stops_before(source->types, type) && !is_resolved(source))
		return 0;

	r = manager_connect(&bus);
	if (r < 0)
		return r;

	r = get_required_by(bus, &units);
	if (r < 0)
		return r;

	(void)fprintf(stderr, SD_INFO "The source is there as %.*s, not trying other types\n",
		      (int)strcspn(type, ","), type);
	for (char **unit = units; unit && *unit; unit++) {
		if (!is_mount(*unit))
			continue;

		r = write_drop_in(*unit, type);
		if (r < 0)
			return r;
	}

	r = sd_bus_call_method(bus, MANAGER, MANAGER_PATH, MANAGER ".Manager", "Reload", NULL, NULL,
			       NULL);
	return r < 0 ? r : 0;
}
