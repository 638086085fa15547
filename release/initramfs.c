/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "initramfs.h"

#include <fcntl.h>
#include <libmount.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "cleanup.h"
#include "mounts.h"

static void cleanup_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void cleanup_iter(struct libmnt_iter **iter)
{
	mnt_free_iter(*iter);
}

static int read_mounts(int proc, struct libmnt_table **ret_table)
{
	_cleanup_close_ int fd = openat(proc, "1/mountinfo", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	_cleanup_fclose_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_(cleanup_table) struct libmnt_table *table = mnt_new_table();
	int r;

	if (!file)
		return -errno;

	(void)TAKE_FD(fd);
	if (!table)
		return -ENOMEM;

	r = mnt_table_parse_stream(table, file, "mountinfo");
	if (r < 0)
		return r;

	*ret_table = TAKE_PTR(table);
	return 0;
}

/* Whether the function says so of any mount that PID 1 sees: 1, 0 or a negative errno. */
static int any_mount(const struct initramfs *initramfs,
		     bool (*is_meant)(struct libmnt_fs *mount, const struct initramfs *initramfs))
{
	_cleanup_(cleanup_table) struct libmnt_table *table = NULL;
	_cleanup_(cleanup_iter) struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *mount;
	int r = iter ? read_mounts(initramfs->proc, &table) : -ENOMEM;

	if (r < 0)
		return r;

	while (mnt_table_next_fs(table, iter, &mount) == 0)
		if (is_meant(mount, initramfs))
			return 1;

	return 0;
}

static bool is_rootfs(struct libmnt_fs *mount, const struct initramfs *initramfs)
{
	return mount_is_on(mount, initramfs->device) && mount_is_rootfs(mount);
}

static bool is_in_use(struct libmnt_fs *mount, const struct initramfs *initramfs)
{
	return mount_is_on(mount, initramfs->device) || mount_is_over(mount, initramfs->root);
}

static bool is_memory(int fd)
{
	struct statfs st;

	return fstatfs(fd, &st) == 0 && (st.f_type == RAMFS_MAGIC || st.f_type == TMPFS_MAGIC);
}

/* A clone has no other mount on it, and as it is private, none of those to come gets there. */
static int clone_root(void)
{
	struct mount_attr private = { .propagation = MS_PRIVATE };
	int fd = open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (mount_setattr(fd, "", AT_EMPTY_PATH, &private, sizeof private) < 0) {
		int r = -errno;

		(void)close(fd);
		return r;
	}

	return fd;
}

int initramfs_hold(struct initramfs *initramfs)
{
	struct stat st;
	int r;

	initramfs->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (initramfs->proc < 0)
		return -errno;

	initramfs->root = clone_root();
	if (initramfs->root < 0)
		return initramfs->root;
	if (fstat(initramfs->root, &st) < 0)
		return -errno;

	initramfs->device = st.st_dev;
	r = any_mount(initramfs, is_rootfs);
	if (r < 0)
		return r;

	return r > 0 && is_memory(initramfs->root) ? 0 : -ENODEV;
}

void initramfs_done(struct initramfs *initramfs)
{
	cleanup_close(&initramfs->root);
	cleanup_close(&initramfs->proc);
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

int initramfs_is_in_use(const struct initramfs *initramfs)
{
	return any_mount(initramfs, is_in_use);
}
