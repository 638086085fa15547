/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources that the kernel shows in sysfs. */
#pragma once

#include "fs-type.h"

struct udev;

struct device {
	const struct fs_type *type;
	const char *name;    /* by which it can be mounted */
	const char *syspath; /* of the virtio device, or NULL where there is none */
};

/*
 * Called for each source. A UBI volume or an MTD partition comes once for each of its names. A
 * return other than 0 ends the walk and is what the walk returns.
 */
typedef int (*device_handler)(const struct device *device, void *data);

/*
 * Walks over all sources of the type that the kernel shows.
 *
 * Returns what the handler returned, 0 at the end, or a negative errno.
 */
int devices_walk(struct udev *udev, const struct fs_type *type, device_handler handler, void *data);

/* The same over the virtio devices that no driver has taken, of all types. Nobody knows their tags:
 * the names are empty. */
int devices_walk_driverless(struct udev *udev, device_handler handler, void *data);

/* Whether the kernel keeps the tags of the type to itself: those of virtiofs before Linux 6.9. */
bool devices_are_hidden(const struct fs_type *type);

/*
 * Returns when the driver of the virtio device is done with it.
 *
 * A 9p tag can be read a moment before a mount finds the channel (p9_virtio_probe() in
 * net/9p/trans_virtio.c lists that last, and a mount in between fails with ENOENT); a virtiofs tag
 * comes last. Where it cannot be known, it returns at once.
 */
void devices_await_driver(const char *device);
