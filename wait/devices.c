/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "devices.h"

#include <fcntl.h>
#include <libudev.h>
#include <limits.h>
#include <stdlib.h>

#include "cleanup.h"
#include "names.h"
#include "text.h"

#define NAME_BYTES 512

struct walk {
	const struct fs_type *type;
	device_handler handler;
	void *data;
};

static void cleanup_device(struct udev_device **device)
{
	(void)udev_device_unref(*device);
}

static void cleanup_enumerate(struct udev_enumerate **enumerate)
{
	(void)udev_enumerate_unref(*enumerate);
}

static int handle(const struct walk *walk, const char *name, const char *syspath)
{
	const struct device device = { .type = walk->type, .name = name, .syspath = syspath };

	return walk->handler(&device, walk->data);
}

/* Reads one attribute into buffer, without the newline at its end in sysfs. */
static int read_attribute(int directory, const char *path, char buffer[static NAME_BYTES])
{
	_cleanup_close_ int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -errno;

	n = read(fd, buffer, NAME_BYTES - 1);
	if (n < 0)
		return -errno;

	buffer[n > 0 && buffer[n - 1] == '\n' ? n - 1 : n] = 0;
	return 0;
}

/* Linux 6.9 and later list the tags in a directory that is no subsystem of the device model. */
static int walk_virtiofs(const struct walk *walk)
{
	_cleanup_closedir_ DIR *directory = opendir(walk->type->tag_directory);
	const struct dirent *entry;
	int r = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;

	while (r == 0 && (entry = names_next(directory))) {
		char path[PATH_MAX], tag[NAME_BYTES];
		_cleanup_free_ char *device = NULL;

		(void)snprintf(path, sizeof path, "%s/%s", entry->d_name, walk->type->tag_file);
		/* A device may disappear in the meantime. */
		if (read_attribute(dirfd(directory), path, tag) < 0)
			continue;

		(void)snprintf(path, sizeof path, "%s/%s/device", walk->type->tag_directory,
			       entry->d_name);
		device = realpath(path, NULL);
		r = handle(walk, tag, device);
	}

	return r;
}

static int handle_9p(struct udev_device *device, const struct walk *walk)
{
	const char *tag = udev_device_get_sysattr_value(device, walk->type->tag_file);

	return tag ? handle(walk, tag, udev_device_get_syspath(device)) : 0;
}

static int handle_driverless(struct udev_device *device, const struct walk *walk)
{
	const char *id = udev_device_get_sysattr_value(device, "device");

	if (!id || udev_device_get_driver(device))
		return 0;

	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++) {
		struct walk of_type = *walk;

		of_type.type = &fs_types[i];
		if (fs_types[i].virtio_id && streq(id, fs_types[i].virtio_id))
			return handle(&of_type, "", udev_device_get_syspath(device));
	}

	return 0;
}

/* The names of a volume, as open_ubi() in fs/ubifs/super.c parses them. */
static int handle_ubi(struct udev_device *device, const struct walk *walk)
{
	const char *name = udev_device_get_sysattr_value(device, "name");
	const char *sysname = udev_device_get_sysname(device);
	const char *separators = ":!";
	unsigned ubi, volume;
	char path[NAME_BYTES];
	int r;

	/* "ubi0" is the device, "ubi0_1" a volume on it. */
	if (!name || sscanf(sysname, "ubi%u_%u", &ubi, &volume) != 2)
		return 0;

	r = handle(walk, sysname, NULL);
	for (const char *separator = separators; r == 0 && *separator; separator++) {
		(void)snprintf(path, sizeof path, "ubi%u%c%s", ubi, *separator, name);
		r = handle(walk, path, NULL);
		if (r != 0 || ubi > 0)
			continue;

		(void)snprintf(path, sizeof path, "ubi%c%s", *separator, name);
		r = handle(walk, path, NULL);
	}
	if (r != 0 || ubi > 0)
		return r;

	(void)snprintf(path, sizeof path, "ubi%u", volume);
	return handle(walk, path, NULL);
}

/* The names of a partition, as get_tree_mtd() in drivers/mtd/mtdsuper.c parses them. */
static int handle_mtd(struct udev_device *device, const struct walk *walk)
{
	const char *name = udev_device_get_sysattr_value(device, "name");
	const char *sysname = udev_device_get_sysname(device);
	char path[NAME_BYTES];
	int r;

	/* "mtd0ro" is another device node of the same partition. */
	if (!name || sysname[strlen(sysname) - 1] == 'o')
		return 0;

	r = handle(walk, sysname, NULL);
	if (r != 0)
		return r;

	(void)snprintf(path, sizeof path, "mtd:%s", name);
	return handle(walk, path, NULL);
}

static int walk_subsystem(struct udev *udev, const char *subsystem,
			  int (*handle_device)(struct udev_device *, const struct walk *),
			  const struct walk *walk)
{
	_cleanup_(cleanup_enumerate) struct udev_enumerate *enumerate = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	int r;

	if (!enumerate)
		return -errno;

	r = udev_enumerate_add_match_subsystem(enumerate, subsystem);
	if (r >= 0)
		r = udev_enumerate_scan_devices(enumerate);
	if (r < 0)
		return r;

	r = 0;
	udev_list_entry_foreach (entry, udev_enumerate_get_list_entry(enumerate)) {
		_cleanup_(cleanup_device) struct udev_device *device =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));

		if (device)
			r = handle_device(device, walk);
		if (r != 0)
			return r;
	}

	return 0;
}

int devices_walk(struct udev *udev, const struct fs_type *type, device_handler handler, void *data)
{
	const struct walk walk = { .type = type, .handler = handler, .data = data };
	const char *subsystem = type->subsystems[0];

	switch (type->wait) {
	case FS_WAIT_VIRTIOFS:
		return walk_virtiofs(&walk);
	case FS_WAIT_9P:
		return walk_subsystem(udev, subsystem, handle_9p, &walk);
	case FS_WAIT_UBI:
		return walk_subsystem(udev, subsystem, handle_ubi, &walk);
	case FS_WAIT_MTD:
		return walk_subsystem(udev, subsystem, handle_mtd, &walk);
	case FS_WAIT_NONE:
	case FS_WAIT_NETWORK:
		break;
	}

	return 0;
}

bool devices_are_hidden(const struct fs_type *type)
{
	return type->wait == FS_WAIT_VIRTIOFS && access(type->tag_directory, F_OK) < 0;
}

int devices_walk_driverless(struct udev *udev, device_handler handler, void *data)
{
	const struct walk walk = { .handler = handler, .data = data };

	return walk_subsystem(udev, "virtio", handle_driverless, &walk);
}

void devices_await_driver(const char *device)
{
	const char *name = strrchr(device, '/');
	char path[PATH_MAX];
	_cleanup_close_ int fd = -EBADF;

	if (!name)
		return;

	/* Binding the device again fails with EBUSY and changes nothing, but it takes the device's
	 * lock, which the probe holds until it ends (bind_store() in drivers/base/bus.c, since
	 * Linux 5.13). */
	(void)snprintf(path, sizeof path, "%s/driver/bind", device);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && write(fd, name + 1, strlen(name + 1)) < 0)
		return;
}
