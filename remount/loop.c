/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "detached.h"
#include "loop-devices.h"

static bool is_sysfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

/* The mounted /sys, or one that nobody else sees. */
static int open_sysfs(void)
{
	_cleanup_close_ int mounted = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return mounted >= 0 && is_sysfs(mounted) ? TAKE_FD(mounted) : detached_mount("sysfs");
}

int loop_has_file_in(int tree)
{
	/* Not /dev, which need not be the kernel's; without any, an attached device is one too
	 * many. */
	_cleanup_close_ int sysfs = open_sysfs(), dev = detached_mount("devtmpfs");
	struct stat st;

	if (fstat(tree, &st) < 0)
		return -errno;
	/* A kernel that has no sysfs does not tell. */
	if (sysfs < 0)
		return sysfs == -ENODEV ? 1 : sysfs;

	return loop_has_file_on(sysfs, dev, st.st_dev);
}
