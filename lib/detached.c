/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "detached.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

#include "cleanup.h"

int detached_create(int context, unsigned attributes)
{
	int fd;

	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;

	fd = fsmount(context, FSMOUNT_CLOEXEC, attributes);
	return fd < 0 ? -errno : fd;
}

int detached_mount(const char *type)
{
	_cleanup_close_ int context = fsopen(type, FSOPEN_CLOEXEC);

	return context < 0 ? -errno : detached_create(context, 0);
}

int detached_clone_root(struct mount_attr *attributes)
{
	_cleanup_close_ int fd = open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (attributes && mount_setattr(fd, "", AT_EMPTY_PATH, attributes, sizeof *attributes) < 0)
		return -errno;

	return TAKE_FD(fd);
}
