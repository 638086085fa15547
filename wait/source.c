/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source.h"

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

static bool has_type_to_wait_for(const struct source *source)
{
	FOREACH_ITEM (type, length, source->types) {
		enum fs_wait wait = fs_type_wait(type, length, NULL);

		if (wait != FS_WAIT_NONE && wait != FS_WAIT_NETWORK)
			return true;
	}

	return false;
}

int source_parse(const char *text, struct source *ret_source)
{
	const char *colon;
	char *types;
	int r;

	/* A type has no colon in it, a source may. */
	colon = strchr(text, ':');
	if (!colon || colon == text || !colon[1])
		return -EINVAL;

	types = strdup(text);
	if (!types)
		return -ENOMEM;

	types[colon - text] = 0;
	*ret_source = (struct source){ .types = types, .name = types + (colon - text) + 1 };
	if (are_types(types) && has_type_to_wait_for(ret_source))
		return 0;

	r = are_types(types) ? -EOPNOTSUPP : -EINVAL;
	source_done(ret_source);
	*ret_source = (struct source){};
	return r;
}

void source_done(struct source *source)
{
	free(source->types);
}

static bool kernel_shows_virtiofs_tags(void)
{
	return access("/sys/fs/virtiofs", F_OK) == 0;
}

/* Makes a superblock of the tag: EINVAL is the kernel's word for a tag that no device has. This
 * loads the module, too, where that is not done yet. */
static int ask_for_virtiofs(const char *tag)
{
	_cleanup_close_ int fd = fsopen("virtiofs", FSOPEN_CLOEXEC);

	if (fd < 0)
		return errno == ENODEV ? 0 : -errno;
	if (fsconfig(fd, FSCONFIG_SET_STRING, "source", tag, 0) < 0)
		return -errno;
	if (fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return errno == EINVAL ? 0 : -errno;

	return 1;
}

static int is_name(const struct device *device, void *wanted)
{
	if (!streq(device->name, wanted))
		return 0;
	if (device->syspath && streq(device->type, "9p"))
		devices_await_driver(device->syspath);

	return 1;
}

int source_look_as(const struct source *source, struct udev *udev, enum fs_wait wait)
{
	if (wait == FS_WAIT_VIRTIOFS && !kernel_shows_virtiofs_tags())
		return ask_for_virtiofs(source->name);

	return devices_walk(udev, wait, is_name, (void *)source->name);
}

int source_look(const struct source *source, struct udev *udev)
{
	int first_error = 0;

	FOREACH_ITEM (type, length, source->types) {
		int r = source_look_as(source, udev, fs_type_wait(type, length, NULL));

		if (r > 0)
			return r;
		if (first_error == 0)
			first_error = r;
	}

	return first_error;
}

bool source_has_wait(const struct source *source, enum fs_wait wait)
{
	FOREACH_ITEM (type, length, source->types)
		if (fs_type_wait(type, length, NULL) == wait)
			return true;

	return false;
}
