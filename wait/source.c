/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

#include <libudev.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "cleanup.h"
#include "devices.h"
#include "text.h"

static bool are_types(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!fs_type_is_valid(type, length))
			return false;

	return true;
}

bool source_has_type(const struct source *source, const struct fs_type *type)
{
	for (unsigned i = 0; i < source->n_known; i++)
		if (source->known[i] == type)
			return true;

	return false;
}

static void find_known(struct source *source)
{
	FOREACH_ITEM (item, length, source->types) {
		const struct fs_type *type = fs_type_find(item, length);

		if (type && !source_has_type(source, type))
			source->known[source->n_known++] = type;
	}
}

int source_parse(const char *text, const char *servers, struct source *ret_source)
{
	_cleanup_(source_done) struct source source = { .servers = servers };
	const char *colon;

	/* A type contains no colon, but a source may. */
	colon = strchr(text, ':');
	if (!colon || colon == text || !colon[1])
		return -EINVAL;

	source.types = strdup(text);
	if (!source.types)
		return -ENOMEM;

	source.types[colon - text] = 0;
	source.name = source.types + (colon - text) + 1;
	if (!are_types(source.types))
		return -EINVAL;

	if (!servers)
		find_known(&source);
	if (!servers && source.n_known == 0)
		return -EOPNOTSUPP;

	*ret_source = source;
	source.types = NULL;
	return 0;
}

void source_done(struct source *source)
{
	free(source->types);
}

static int is_name(const struct device *device, void *wanted)
{
	if (!streq(device->name, wanted))
		return 0;
	if (device->type->wait == FS_WAIT_9P)
		devices_await_driver(device->syspath);

	return 1;
}

/* Creates a superblock for the tag: the kernel returns EINVAL for a tag that no device has, and
 * sends FUSE_INIT and FUSE_DESTROY to the server of one that has it. */
static int ask_for(const char *tag, struct udev *udev, const struct fs_type *type)
{
	/* This also loads the module if necessary. */
	_cleanup_close_ int fd = fsopen(type->name, FSOPEN_CLOEXEC);

	if (fd < 0)
		return errno == ENODEV ? 0 : -errno;
	if (!devices_are_hidden(type))
		return devices_walk(udev, type, is_name, (void *)tag);
	if (devices_count(type) == 0)
		return 0;
	if (fsconfig(fd, FSCONFIG_SET_STRING, "source", tag, 0) < 0)
		return -errno;
	if (fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return errno == EINVAL ? 0 : -errno;

	return 1;
}

int source_look_as(const struct source *source, struct udev *udev, const struct fs_type *type)
{
	if (devices_are_hidden(type))
		return ask_for(source->name, udev, type);

	return devices_walk(udev, type, is_name, (void *)source->name);
}

int source_look(const struct source *source, struct udev *udev)
{
	int first_error = 0;

	for (unsigned i = 0; i < source->n_known; i++) {
		int r = source_look_as(source, udev, source->known[i]);

		if (r > 0)
			return r;
		if (first_error == 0)
			first_error = r;
	}

	return first_error;
}

int source_look_at(const struct source *source, struct udev_device *device)
{
	int first_error = 0;

	for (unsigned i = 0; i < source->n_known; i++) {
		int r = devices_visit(device, source->known[i], is_name, (void *)source->name);

		if (r > 0)
			return r;
		if (first_error == 0)
			first_error = r;
	}

	return first_error;
}

bool source_may_be_hidden_at(const struct source *source, struct udev_device *device)
{
	const char *action = udev_device_get_action(device),
		   *driver = udev_device_get_driver(device);

	/* The driver adds the tag before this event. */
	if (!action || !driver || !streq(action, "bind"))
		return false;

	for (unsigned i = 0; i < source->n_known; i++) {
		const char *path = source->known[i]->driver;

		if (path && streq(strrchr(path, '/') + 1, driver) &&
		    devices_are_hidden(source->known[i]))
			return true;
	}

	return false;
}
