/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "child.h"
#include "cleanup.h"
#include "pivot.h"

/* What was made on the way, for taking it back. */
struct made {
	bool folder, mount, file;
};

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* -ENOENT also where the file is only what the mount would lie on: what a creator left who was
 * killed, and what one sees inside the namespace, since no namespace contains itself; and where
 * only root may look. */
static int open_namespace(void)
{
	_cleanup_close_ int fd = open(NAMESPACE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct statfs st;

	if (fd < 0)
		return errno == EACCES ? -ENOENT : -errno;
	if (fstatfs(fd, &st) < 0)
		return -errno;
	if (st.f_type != NSFS_MAGIC)
		return -ENOENT;

	return TAKE_FD(fd);
}

/* Locks the folder, which is made where it lacks, and may be removed by whoever had the lock. */
static int lock_folder(bool *ret_made)
{
	for (;;) {
		_cleanup_close_ int fd = -EBADF;
		bool made = mkdir(NAMESPACE_FOLDER, 0700) == 0;
		struct stat locked, current;

		if (!made && errno != EEXIST)
			return -errno;

		fd = open(NAMESPACE_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 && errno != ENOENT)
			return -errno;
		if (fd < 0)
			continue;
		if (TEMP_FAILURE_RETRY(flock(fd, LOCK_EX)) < 0 || fstat(fd, &locked) < 0)
			return -errno;
		if (stat(NAMESPACE_FOLDER, &current) < 0 || !is_same_file(&locked, &current))
			continue;

		*ret_made = made;
		return TAKE_FD(fd);
	}
}

/* A mount of its own for the folder, and a private one: /run is shared, and the namespace must not
 * get a mount that holds itself. */
static int separate_folder(bool *ret_made)
{
	struct statx st;

	if (statx(AT_FDCWD, NAMESPACE_FOLDER, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) < 0)
		return -errno;

	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT)) {
		if (mount(NAMESPACE_FOLDER, NAMESPACE_FOLDER, NULL, MS_BIND, NULL) < 0)
			return -errno;
		*ret_made = true;
	}

	return mount(NULL, NAMESPACE_FOLDER, NULL, MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

static int make_file(bool *ret_made)
{
	_cleanup_close_ int fd = -EBADF;

	fd = open(NAMESPACE_FILE, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : -errno;

	*ret_made = true;
	return 0;
}

/*
 * Executed by a child, which the new namespace then belongs to.
 *
 * As slaves, the mounts in it follow the system's, and a second mount made of a slave is a slave of
 * the same master. So the tree is made slave before it is bound, and bound before it is moved:
 * there is no moment at which a mount made by the system at any path would be missed. The first
 * tree, now below the root, goes on to follow, too; cut off it would keep busy what the system has
 * unmounted. It must not become shared, since pivot_root(2) refuses a root whose parent is.
 */
static int make_root(void)
{
	_cleanup_close_ int root = -EBADF;
	int r;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	if (mount("/", NAMESPACE_FOLDER, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -errno;

	root = open(NAMESPACE_FOLDER, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || mount(NAMESPACE_FOLDER, "/", NULL, MS_MOVE, NULL) < 0)
		return -errno;
	if (fchdir(root) < 0 || chroot(".") < 0)
		return -errno;

	/* As systemd has it in the system: engines pass mounts on to their containers. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) < 0)
		return -errno;

	r = pivot_root_works();
	return r == 0 ? -EINVAL : r;
}

static int keep_namespace(pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
	return mount(path, NAMESPACE_FILE, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

static int make_locked(struct made *made)
{
	struct child child;
	int r;

	r = separate_folder(&made->mount);
	if (r < 0)
		return r;

	r = make_file(&made->file);
	if (r < 0)
		return r;

	r = child_start(make_root, &child);
	if (r < 0)
		return r;

	r = keep_namespace(child.pid);
	child_end(&child);
	return r;
}

static void undo(const struct made *made)
{
	if (made->file)
		(void)unlink(NAMESPACE_FILE);
	if (made->mount)
		(void)umount2(NAMESPACE_FOLDER, MNT_DETACH);
	if (made->folder)
		(void)rmdir(NAMESPACE_FOLDER);
}

int namespace_make(void)
{
	_cleanup_close_ int lock = -EBADF, fd = -EBADF;
	struct made made = {};
	int r;

	lock = lock_folder(&made.folder);
	if (lock < 0)
		return lock;

	/* Another caller may have been faster. */
	fd = open_namespace();
	if (fd != -ENOENT)
		return fd < 0 ? fd : 0;

	r = make_locked(&made);
	if (r < 0)
		undo(&made);
	return r;
}

/* By its path, since the folder that is open belongs to the mount of the system. */
static void return_to(const char *path, const struct stat *expected)
{
	_cleanup_close_ int fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -EBADF;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && is_same_file(&st, expected))
		(void)!fchdir(fd);
}

int namespace_enter(void)
{
	_cleanup_close_ int fd = open_namespace();
	_cleanup_free_ char *folder_path = getcwd(NULL, 0);
	struct stat root, folder, new_root;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (stat("/", &root) < 0 || stat(".", &folder) < 0)
		return -errno;

	/* The kernel makes the topmost mount over the namespace's root the caller's root. */
	if (setns(fd, CLONE_NEWNS) < 0 || stat("/", &new_root) < 0)
		return -errno;
	if (!is_same_file(&root, &new_root))
		return -EXDEV;

	return_to(folder_path, &folder);
	return 1;
}
