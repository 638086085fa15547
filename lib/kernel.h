/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fstag needs of the kernel to move mounts. */
#pragma once

#include <stdbool.h>

/*
 * The youngest of the system calls for mounts in use, mount_setattr(2), came with Linux 5.12. Where
 * it is there, the others are.
 */
#define KERNEL_TOO_OLD "Linux 5.12 or later is needed, this one has no mount_setattr(2)"

bool kernel_has_mount_calls(void);
