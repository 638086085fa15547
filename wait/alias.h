/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct udev;

/*
 * Prints SYSTEMD_ALIAS=/dev/fstag/<tag> for the virtio device at the path in sysfs, for udev's
 * IMPORT{program}. In the tag, every byte outside A-Za-z0-9_.- is %XX, since PID 1 splits the
 * value at blanks, and a slash would be a directory.
 *
 * Returns 0, -ENODEV where the device has no tag, or another negative errno.
 */
int alias_print(struct udev *udev, const char *syspath);
