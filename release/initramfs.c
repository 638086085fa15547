/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "initramfs.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "detached.h"
#include "mountinfo.h"
#include "text.h"

/* Whether it is the kernel's own rootfs, a ramfs or a tmpfs, according to PID 1's mounts: 1, 0 or a
 * negative errno. */
static int is_rootfs(const struct initramfs *initramfs)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;
	int r = mountinfo_read(&mountinfo, initramfs->proc, "1/mountinfo");

	if (r < 0)
		return r;

	while ((r = mountinfo_next(&mountinfo, &mount)) > 0)
		if (mount.device == initramfs->device && streq(mount.type, "rootfs"))
			return 1;

	return r;
}

static bool is_memory(int fd)
{
	struct statfs st;

	return fstatfs(fd, &st) == 0 && (st.f_type == RAMFS_MAGIC || st.f_type == TMPFS_MAGIC);
}

int initramfs_hold(struct initramfs *initramfs)
{
	/* Private, so that no later mount propagates to it. */
	struct mount_attr private = { .propagation = MS_PRIVATE };
	struct stat st;
	int r;

	initramfs->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	initramfs->sys = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	initramfs->dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (initramfs->proc < 0 || initramfs->sys < 0 || initramfs->dev < 0)
		return -errno;

	initramfs->root = detached_clone_root(&private);
	if (initramfs->root < 0)
		return initramfs->root;
	if (fstat(initramfs->root, &st) < 0)
		return -errno;

	initramfs->device = st.st_dev;
	r = is_rootfs(initramfs);
	if (r < 0)
		return r;

	return r > 0 && is_memory(initramfs->root) ? 0 : -ENODEV;
}

void initramfs_done(struct initramfs *initramfs)
{
	cleanup_close(&initramfs->root);
	cleanup_close(&initramfs->proc);
	cleanup_close(&initramfs->sys);
	cleanup_close(&initramfs->dev);
}

/* Whether a link of /proc/1 leads into the initramfs. */
static int leads_into(const struct initramfs *initramfs, const char *link)
{
	struct stat st;

	if (fstatat(initramfs->proc, link, &st, 0) < 0)
		return -errno;

	return st.st_dev == initramfs->device;
}

int initramfs_is_left(const struct initramfs *initramfs)
{
	int r = leads_into(initramfs, "1/root");

	if (r == 0)
		r = leads_into(initramfs, "1/exe");

	return r < 0 ? r : !r;
}
