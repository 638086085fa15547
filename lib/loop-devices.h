/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

/*
 * Whether the backing file of any loop device, mounted or not, is on the file system of this device
 * number; true also if a loop device does not tell. sys and dev are the open /sys and /dev.
 *
 * Returns 1 or 0, or a negative errno.
 */
int loop_devices_have_file_on(int sys, int dev, dev_t device);
