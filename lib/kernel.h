/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fstag requires of the kernel to move mounts. */
#pragma once

#include <stdbool.h>

/*
 * The newest of the system calls for mounts that fstag uses, mount_setattr(2), came with Linux
 * 5.12. If it exists, so do the others.
 */
#define KERNEL_TOO_OLD "Linux 5.12 or later is needed, this one has no mount_setattr(2)"

bool kernel_has_mount_calls(void);
