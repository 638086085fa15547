/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "in-use.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "detached.h"
#include "loop-devices.h"
#include "mountinfo.h"
#include "text.h"

/* File systems that may have files of any other file system below them. */
static bool has_layers(const struct mount *mount)
{
	static const char *const types[] = { "overlay", "aufs", "ecryptfs" };

	for (size_t i = 0; i < ELEMENTSOF(types); i++)
		if (streq(mount->type, types[i]))
			return true;

	/* From a file, since Linux 6.12. */
	return streq(mount->type, "erofs") && !after_prefix(mount->source, "/dev/");
}

/* A second mount of the device, or one that may contain files of it. */
static bool needs_device(const struct mount *mount, dev_t device)
{
	if (has_layers(mount))
		return true;

	/* The device's own mount has "/" as both root and mount point. */
	return mount->device == device && !(streq(mount->root, "/") && streq(mount->point, "/"));
}

static int find_mount(int proc, dev_t device)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	enum in_use found = IN_USE_BY_NOBODY;
	struct mount mount;
	ino_t namespace;
	int r = mountinfo_read(&mountinfo, proc, "self/mountinfo");

	if (r < 0)
		return r;

	while ((r = mountinfo_next(&mountinfo, &mount)) > 0)
		if (needs_device(&mount, device))
			return IN_USE_BY_MOUNTS;
		else if (mountinfo_keeps_namespace(&mount, &namespace))
			found = IN_USE_BY_NAMESPACE; /* its mounts are not visible from here */

	return r < 0 ? r : (int)found;
}

static bool is_sysfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == SYSFS_MAGIC;
}

/* The mounted /sys, or a private, detached one. */
static int open_sysfs(void)
{
	_cleanup_close_ int mounted = open("/sys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return mounted >= 0 && is_sysfs(mounted) ? TAKE_FD(mounted) : detached_mount("sysfs");
}

/* Whether mounted, by whatever node, or not. */
static int has_loop_device(dev_t device)
{
	/* Not /dev, which need not be the kernel's; without devtmpfs, an attached device counts. */
	_cleanup_close_ int sysfs = open_sysfs(), dev = detached_mount("devtmpfs");

	/* Without sysfs in the kernel, this cannot be known. */
	if (sysfs < 0)
		return sysfs == -ENODEV ? 1 : sysfs;

	return loop_devices_have_file_on(sysfs, dev, device);
}

int in_use_find(int proc)
{
	struct stat st;
	int r;

	/* The file system on / itself, whatever is mounted over it. */
	if (stat("/", &st) < 0)
		return -errno;

	r = find_mount(proc, st.st_dev);
	if (r != 0)
		return r;

	r = has_loop_device(st.st_dev);
	return r <= 0 ? r : IN_USE_BY_LOOP_DEVICE;
}

const char *in_use_text(enum in_use in_use)
{
	static const char *const texts[] = {
		[IN_USE_BY_NOBODY] = "nobody uses it",
		[IN_USE_BY_PROGRAMS] = "other programs run in it",
		[IN_USE_BY_MOUNTS] = "its files may be mounted elsewhere",
		[IN_USE_BY_NAMESPACE] = "a mount namespace that is kept as a file may use it",
		[IN_USE_BY_LOOP_DEVICE] = "a loop device may have its file in it",
	};

	return texts[in_use];
}
