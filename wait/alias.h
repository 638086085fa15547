/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct udev;

/*
 * Finds the alias for the device unit of the virtio device at the path in sysfs: /dev/fstag/<tag>.
 * In the tag, every byte outside A-Za-z0-9_.- is %XX, because PID 1 splits the aliases at blanks,
 * and a slash would make a directory.
 *
 * Returns 0, -ENODEV if the device has no tag, or another negative errno.
 */
int alias_find(struct udev *udev, const char *syspath, char **ret_alias);
