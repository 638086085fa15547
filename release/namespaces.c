/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "namespaces.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"

void namespaces_done(struct namespaces *namespaces)
{
	for (size_t i = 0; i < namespaces->n; i++)
		(void)close(namespaces->items[i].fd);
	free(namespaces->items);
}

bool namespaces_have(const struct namespaces *namespaces, ino_t number)
{
	for (size_t i = 0; i < namespaces->n; i++)
		if (namespaces->items[i].number == number)
			return true;

	return false;
}

static bool is_mount_namespace(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC &&
	       ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNS;
}

int namespaces_add(struct namespaces *namespaces, int directory, const char *path)
{
	_cleanup_close_ int fd =
		openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct mount_namespace *items;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!is_mount_namespace(fd) || namespaces_have(namespaces, st.st_ino))
		return 0;

	items = reallocarray(namespaces->items, namespaces->n + 1, sizeof *items);
	if (!items)
		return -ENOMEM;

	namespaces->items = items;
	items[namespaces->n++] = (struct mount_namespace){ st.st_ino, TAKE_FD(fd) };
	return 0;
}
