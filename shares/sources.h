/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where mounts are asked for: the fstabs, the kernel command line, the credentials. */
#pragma once

#include <stdbool.h>

struct entries;

/*
 * Reads them in the order of systemd-fstab-generator, whose first unit of a name is the one that
 * exists. What cannot be read is skipped with a warning.
 *
 * Returns 0, or a negative errno if the kernel command line cannot be read or out of memory.
 */
int sources_read(bool is_initrd, struct entries *entries);
