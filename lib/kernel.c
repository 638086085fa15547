/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mount.h>

bool kernel_has_mount_calls(void)
{
	/* A size of zero is refused before the other arguments are checked. */
	return mount_setattr(-EBADF, "", 0, NULL, 0) == 0 || errno != ENOSYS;
}
