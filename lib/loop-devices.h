/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

/*
 * Whether the file below any loop device, mounted or not, is on the file system of this device
 * number; also where a loop device does not say. sys and dev are the open /sys and /dev.
 *
 * Returns 1 or 0, or a negative errno.
 */
int loop_devices_have_file_on(int sys, int dev, dev_t device);
