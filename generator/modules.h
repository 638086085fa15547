/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

struct plan_mount;

/*
 * Writes Wants= for the modprobe@.service of each module that the types of the mount need. It is a
 * wish, since a module that is built in, or that the image lacks, is no reason to give up. A source
 * that is there already needs none: its driver is loaded, and the kernel loads the file system.
 *
 * After= too, unless the mount waits for its source: that is there when its driver is, so the
 * modules of the other types can take their time. Returns 0 or -ENOMEM.
 */
int modules_put(FILE *file, const struct plan_mount *m);
