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

/* Reads one attribute into buffer, without the newline at its end in sysfs. Returns 1, 0 if it does
 * not exist or its device has disappeared, or a negative errno. */
static int read_attribute(const char *directory, const char *name, char buffer[static NAME_BYTES])
{
	char path[PATH_MAX];
	_cleanup_close_ int fd = -EBADF;
	ssize_t n;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	n = fd < 0 ? -1 : read(fd, buffer, NAME_BYTES - 1);
	if (n < 0)
		return errno == ENOENT || errno == ENODEV ? 0 : -errno;

	buffer[n > 0 && buffer[n - 1] == '\n' ? n - 1 : n] = 0;
	return 1;
}

/* A directory in sysfs may have the tag: that of a virtio device, or one that links to it. */
static int handle_tag(const char *directory, const struct walk *walk)
{
	_cleanup_free_ char *device = NULL;
	char path[PATH_MAX], tag[NAME_BYTES];
	int r;

	r = read_attribute(directory, walk->type->tag_file, tag);
	if (r <= 0)
		return r;
	if (walk->type->wait == FS_WAIT_9P)
		return handle(walk, tag, directory);

	(void)snprintf(path, sizeof path, "%s/device", directory);
	device = realpath(path, NULL);
	return handle(walk, tag, device);
}

/* Linux 6.9 and later list the tags in a directory that is no subsystem of the device model. */
static int walk_virtiofs(const struct walk *walk)
{
	_cleanup_closedir_ DIR *directory = opendir(walk->type->tag_directory);
	const struct dirent *entry;
	int r, first_error = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;

	while ((entry = names_next(directory))) {
		char path[PATH_MAX];

		(void)snprintf(path, sizeof path, "%s/%s", walk->type->tag_directory,
			       entry->d_name);
		r = handle_tag(path, walk);
		if (r > 0)
			return r;
		if (first_error == 0)
			first_error = r;
	}

	return first_error;
}

static int handle_9p(struct udev_device *device, const struct walk *walk)
{
	return handle_tag(udev_device_get_syspath(device), walk);
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
static int handle_ubi_name(const char *sysname, const char *name, const struct walk *walk)
{
	const char *separators = ":!";
	unsigned ubi, volume;
	char path[NAME_BYTES + 16];
	int r;

	/* "ubi0" is the device, "ubi0_1" a volume on it. */
	if (sscanf(sysname, "ubi%u_%u", &ubi, &volume) != 2)
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
static int handle_mtd_name(const char *sysname, const char *name, const struct walk *walk)
{
	char path[NAME_BYTES + 16];
	int r;

	/* "mtd0ro" is another device node of the same partition. */
	if (sysname[strlen(sysname) - 1] == 'o')
		return 0;

	r = handle(walk, sysname, NULL);
	if (r != 0)
		return r;

	(void)snprintf(path, sizeof path, "mtd:%s", name);
	return handle(walk, path, NULL);
}

static int handle_flash(struct udev_device *device, const struct walk *walk)
{
	const char *sysname = udev_device_get_sysname(device);
	char name[NAME_BYTES];
	int r;

	r = read_attribute(udev_device_get_syspath(device), "name", name);
	if (r <= 0)
		return r;

	return walk->type->wait == FS_WAIT_UBI ? handle_ubi_name(sysname, name, walk)
					       : handle_mtd_name(sysname, name, walk);
}

static int walk_subsystem(struct udev *udev, const char *subsystem,
			  int (*handle_device)(struct udev_device *, const struct walk *),
			  const struct walk *walk)
{
	_cleanup_(cleanup_enumerate) struct udev_enumerate *enumerate = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	int r, first_error = 0;

	if (!enumerate)
		return -errno;

	r = udev_enumerate_add_match_subsystem(enumerate, subsystem);
	if (r >= 0)
		r = udev_enumerate_scan_devices(enumerate);
	if (r < 0)
		return r;

	udev_list_entry_foreach (entry, udev_enumerate_get_list_entry(enumerate)) {
		_cleanup_(cleanup_device) struct udev_device *device =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));

		r = device ? handle_device(device, walk) : 0;
		if (r > 0)
			return r;
		if (first_error == 0)
			first_error = r;
	}

	return first_error;
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
	case FS_WAIT_MTD:
		return walk_subsystem(udev, subsystem, handle_flash, &walk);
	case FS_WAIT_NONE:
	case FS_WAIT_NETWORK:
		break;
	}

	return 0;
}

static bool may_announce(const char *subsystem, const struct fs_type *type)
{
	for (size_t i = 0; i < ELEMENTSOF(type->subsystems) && type->subsystems[i]; i++)
		if (streq(subsystem, type->subsystems[i]))
			return true;

	return false;
}

int devices_visit(struct udev_device *device, const struct fs_type *type, device_handler handler,
		  void *data)
{
	const struct walk walk = { .type = type, .handler = handler, .data = data };
	const char *subsystem = udev_device_get_subsystem(device);

	if (!subsystem || !may_announce(subsystem, type))
		return 0;

	return type->tag_file ? handle_tag(udev_device_get_syspath(device), &walk)
			      : handle_flash(device, &walk);
}

bool devices_are_hidden(const struct fs_type *type)
{
	return type->wait == FS_WAIT_VIRTIOFS && access(type->tag_directory, F_OK) < 0;
}

unsigned devices_count(const struct fs_type *type)
{
	_cleanup_closedir_ DIR *directory = opendir(type->driver);
	const struct dirent *entry;
	unsigned n = 0;

	while (directory && (entry = readdir(directory)))
		n += after_prefix(entry->d_name, "virtio") != NULL;
	return n;
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
