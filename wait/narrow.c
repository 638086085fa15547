/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "narrow.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "cleanup.h"
#include "source.h"
#include "text.h"

#define MANAGER "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"

static void cleanup_bus(sd_bus **bus)
{
	(void)sd_bus_flush_close_unref(*bus);
}

static void cleanup_message(sd_bus_message **message)
{
	(void)sd_bus_message_unref(*message);
}

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

/* The private socket: there is no message bus in an initrd. */
static int connect_to_manager(sd_bus **ret_bus)
{
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	int r;

	r = sd_bus_new(&bus);
	if (r < 0)
		return r;

	r = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
	if (r < 0)
		return r;

	r = sd_bus_start(bus);
	if (r < 0)
		return r;

	*ret_bus = TAKE_PTR(bus);
	return 0;
}

/* The units that require the one that this process belongs to. */
static int get_required_by(sd_bus *bus, char ***ret_units)
{
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	const char *path;
	int r;

	r = sd_bus_call_method(bus, MANAGER, MANAGER_PATH, MANAGER ".Manager", "GetUnitByPID", NULL,
			       &reply, "u", (uint32_t)getpid());
	if (r < 0)
		return r;

	r = sd_bus_message_read(reply, "o", &path);
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
	_cleanup_(cleanup_bus) sd_bus *bus = NULL;
	_cleanup_(cleanup_strings) char **units = NULL;
	int r;

	if (!list_stops_before(source->types, type) && !is_resolved(source))
		return 0;

	r = connect_to_manager(&bus);
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
