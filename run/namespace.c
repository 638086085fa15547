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
#include "root-mount.h"

/* Identifies a namespace, and the place of the caller in it. */
struct place {
	struct stat root, directory, working_directory;
	uint64_t root_mount;
};

/* What was made so far, for undoing it. */
struct made {
	bool directory, mount, file;
};

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Returns -ENOENT also if the file exists without the mount: because its creator was killed, or
 * because the caller is inside the namespace, which cannot contain itself; and if only root may
 * look. */
static int open_namespace(void)
{
	/* A FIFO there may never have a writer. */
	_cleanup_close_ int fd =
		open(NAMESPACE_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct statfs st;

	if (fd < 0)
		return errno == EACCES ? -ENOENT : -errno;
	if (fstatfs(fd, &st) < 0)
		return -errno;
	if (st.f_type != NSFS_MAGIC)
		return -ENOENT;

	return TAKE_FD(fd);
}

/* Locks the directory, which is created if it is missing; a former holder of the lock may remove
 * it. */
static int lock_directory(bool *ret_made)
{
	for (;;) {
		_cleanup_close_ int fd = -EBADF;
		bool made = mkdir(NAMESPACE_DIRECTORY, 0700) == 0;
		struct stat locked, current;

		if (!made && errno != EEXIST)
			return -errno;

		fd = open(NAMESPACE_DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0 && errno != ENOENT)
			return -errno;
		if (fd < 0)
			continue;
		if (TEMP_FAILURE_RETRY(flock(fd, LOCK_EX)) < 0 || fstat(fd, &locked) < 0)
			return -errno;
		if (stat(NAMESPACE_DIRECTORY, &current) < 0 || !is_same_file(&locked, &current))
			continue;

		*ret_made = made;
		return TAKE_FD(fd);
	}
}

/* A separate mount for the directory, and a private one: /run is shared, and the namespace must not
 * get a mount that holds itself. */
static int separate_directory(bool *ret_made)
{
	struct statx st;

	if (statx(AT_FDCWD, NAMESPACE_DIRECTORY, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) < 0)
		return -errno;

	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT)) {
		if (mount(NAMESPACE_DIRECTORY, NAMESPACE_DIRECTORY, NULL, MS_BIND, NULL) < 0)
			return -errno;
		*ret_made = true;
	}

	return mount(NULL, NAMESPACE_DIRECTORY, NULL, MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

static int make_file(bool *ret_made)
{
	_cleanup_close_ int fd = -EBADF;
	struct stat st;

	fd = open(NAMESPACE_FILE, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		*ret_made = true;
		return 0;
	}
	if (errno != EEXIST || lstat(NAMESPACE_FILE, &st) < 0)
		return -errno;

	/* Any other file is there for a reason. */
	return S_ISREG(st.st_mode) ? 0 : -EEXIST;
}

static int make_locked(struct made *made)
{
	int r;

	r = separate_directory(&made->mount);
	if (r < 0)
		return r;

	r = make_file(&made->file);
	if (r < 0)
		return r;

	return keep_new_namespace();
}

static void undo(const struct made *made)
{
	if (made->file)
		(void)unlink(NAMESPACE_FILE);
	if (made->mount)
		(void)umount2(NAMESPACE_DIRECTORY, MNT_DETACH);
	if (made->directory)
		(void)rmdir(NAMESPACE_DIRECTORY);
}

/* Drops the namespace of a former root: /run moves along to the next one. Processes in it stay
 * there. */
static int drop_stale(void)
{
	_cleanup_close_ int fd = open_namespace();

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;

	return umount2(NAMESPACE_FILE, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
}

static int open_own(void)
{
	return open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
}

/*
 * The kernel makes the topmost mount over a namespace's root the caller's root. If that of the
 * caller's own namespace is not the root that it has, it is in a chroot, even to the same
 * directory.
 */
static bool is_in_chroot(int own, uint64_t root)
{
	uint64_t mount;

	return setns(own, CLONE_NEWNS) == 0 && (root_mount_get(&mount) < 0 || mount != root);
}

/* Called in a child, because it changes the root. */
static int check_root(void)
{
	_cleanup_close_ int own = open_own();
	uint64_t root;
	int r;

	r = root_mount_get(&root);
	if (r < 0)
		return r;

	return is_in_chroot(own, root) ? -EXDEV : 0;
}

int namespace_make(void)
{
	_cleanup_close_ int lock = -EBADF;
	struct made made = {};
	int r;

	/* First of all: the /run of a chroot may be the system's. */
	r = child_run(check_root);
	if (r < 0)
		return r;

	lock = lock_directory(&made.directory);
	if (lock < 0)
		return lock;

	/* Another caller may have been faster. */
	r = namespace_enter();
	if (r != 0)
		return r;

	r = drop_stale();
	if (r == 0)
		r = make_locked(&made);
	if (r < 0) {
		undo(&made);
		return r;
	}

	return namespace_enter();
}

static int look(struct place *ret_place)
{
	if (stat("/", &ret_place->root) < 0 || stat(".", &ret_place->working_directory) < 0)
		return -errno;

	if (stat(NAMESPACE_DIRECTORY, &ret_place->directory) < 0)
		return -errno;

	return root_mount_get(&ret_place->root_mount);
}

static bool has_same_root(const struct place *place)
{
	struct stat st;

	return stat("/", &st) == 0 && is_same_file(&st, &place->root);
}

/* A former root and the next one may be the same file system. But the mounts of the former one are
 * gone, including /run, and so are those that follow them. */
static bool has_same_mounts(const struct place *place)
{
	struct stat st;

	return has_same_root(place) && stat(NAMESPACE_DIRECTORY, &st) == 0 &&
	       is_same_file(&st, &place->directory);
}

static int enter(int namespace, int own, const struct place *place)
{
	int r;

	if (is_in_chroot(own, place->root_mount))
		return -EXDEV;
	if (setns(namespace, CLONE_NEWNS) < 0)
		return errno == EPERM ? 0 : -errno;

	r = has_same_mounts(place);
	/* Going back gives a caller in a chroot another root than before. */
	if (r == 0 && (setns(own, CLONE_NEWNS) < 0 || !has_same_root(place)))
		return -EXDEV;

	return r;
}

/* By its path, because the open directory belongs to the mount of the system. */
static void return_to(const char *path, const struct place *place)
{
	_cleanup_close_ int fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -EBADF;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && is_same_file(&st, &place->working_directory))
		(void)!fchdir(fd);
}

int namespace_enter(void)
{
	_cleanup_close_ int fd = open_namespace(), own = -EBADF;
	_cleanup_free_ char *path = NULL;
	struct place place;
	int r;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;

	own = open_own();
	path = getcwd(NULL, 0);
	r = look(&place);
	if (r < 0)
		return r;

	r = enter(fd, own, &place);
	return_to(path, &place);
	return r;
}
