/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources that the kernel shows in sysfs. */
#pragma once

#include "fs-type.h"

struct udev;
struct udev_device;

struct device {
	const struct fs_type *type;
	const char *name;    /* the name to mount it by */
	const char *syspath; /* of the virtio device, or NULL if there is none */
};

/*
 * Called for each source. A UBI volume or an MTD partition comes once for each of its names. A
 * return value other than 0 ends the walk, which returns it.
 */
typedef int (*device_handler)(const struct device *device, void *data);

/*
 * Visits all sources of the type that the kernel shows.
 *
 * Returns what the handler returned, 0 at the end, or a negative errno.
 */
int devices_walk(struct udev *udev, const struct fs_type *type, device_handler handler, void *data);

/* The same for the sources of one device, of a uevent. It may have disappeared, or be of another
 * kind, and then has none. */
int devices_visit(struct udev_device *device, const struct fs_type *type, device_handler handler,
		  void *data);

/* The same for the virtio devices without a driver, of all types. Their tags are unknown: the names
 * are empty. */
int devices_walk_driverless(struct udev *udev, device_handler handler, void *data);

/* Whether the kernel does not show the tags of the type: those of virtiofs before Linux 6.9. */
bool devices_are_hidden(const struct fs_type *type);

/* How many devices the driver of the type has. */
unsigned devices_count(const struct fs_type *type);

/*
 * Returns when the driver of the virtio device has finished probing it.
 *
 * A 9p tag can be read a moment before a mount finds the channel (p9_virtio_probe() in
 * net/9p/trans_virtio.c lists that last, and a mount in between fails with ENOENT); a virtiofs tag
 * comes last. If it cannot tell, it returns at once.
 */
void devices_await_driver(const char *device);
