/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "detached.h"

#include <errno.h>
#include <sys/mount.h>

#include "cleanup.h"

int detached_mount(const char *type)
{
	_cleanup_close_ int context = fsopen(type, FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;

	fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}
