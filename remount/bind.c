/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bind.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

int bind_root_open(void)
{
	int fd = open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	return fd < 0 ? -errno : fd;
}
