/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop-devices.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "cleanup.h"
#include "names.h"
#include "text.h"

static bool is_attached(int block, const char *name)
{
	char path[NAME_MAX + sizeof "/loop/backing_file"];

	(void)snprintf(path, sizeof path, "%s/loop/backing_file", name);
	return faccessat(block, path, F_OK, 0) == 0;
}

/* Do not use the path in sysfs: it resolves differently after the root changes. */
static bool may_be_on(int dev, const char *name, dev_t device)
{
	_cleanup_close_ int fd = openat(dev, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct loop_info64 info;

	if (fd < 0)
		return true;
	if (ioctl(fd, LOOP_GET_STATUS64, &info) < 0)
		return errno != ENXIO; /* detached by now */

	return info.lo_device == device;
}

int loop_devices_have_file_on(int sys, int dev, dev_t device)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r = names_open(sys, "block", &dir);

	if (r < 0)
		return r == -ENOENT ? 0 : r;

	while ((entry = names_next(dir)))
		if (after_prefix(entry->d_name, "loop") && is_attached(dirfd(dir), entry->d_name) &&
		    may_be_on(dev, entry->d_name, device))
			return 1;

	return -errno;
}
