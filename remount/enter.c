/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "enter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "mountinfo.h"
#include "text.h"

static int mount_id(int dir, const char *path, uint64_t *ret_id)
{
	struct statx stx;

	if (statx(dir, path, AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &stx) < 0)
		return -errno;

	*ret_id = stx.stx_mnt_id;
	return 0;
}

/* Whether it is mounted on a directory or file of the root itself, and not on one of another mount,
 * with which it moves. path is relative to the root. */
static int is_on_root(int root, const char *path)
{
	_cleanup_free_ char *parent = strdup(path);
	uint64_t root_id = 0, id = 0;
	char *slash;
	int r;

	if (!parent)
		return -ENOMEM;

	slash = strrchr(parent, '/');
	if (!slash)
		return 1;

	*slash = 0;
	r = mount_id(root, "", &root_id);
	if (r >= 0)
		r = mount_id(root, parent, &id);
	/* Hidden below another mount, with which it moves or stays hidden. */
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;

	return r < 0 ? r : id == root_id;
}

static int add_mount(struct enter *enter, const char *path)
{
	char **larger = reallocarray(enter->mounts, enter->n_mounts + 1, sizeof *larger);

	if (!larger)
		return -ENOMEM;

	enter->mounts = larger;
	larger[enter->n_mounts] = strdup(path);
	return larger[enter->n_mounts] ? (int)!!++enter->n_mounts : -ENOMEM;
}

static bool is_listed(const struct enter *enter, const char *path)
{
	for (size_t i = 0; i < enter->n_mounts; i++)
		if (streq(enter->mounts[i], path))
			return true;

	return false;
}

static int list_mount(struct enter *enter, const char *path)
{
	int r = is_on_root(enter->old_root, path);

	if (r <= 0)
		return r;

	return is_listed(enter, path) ? -EBUSY : add_mount(enter, path);
}

/* Lists the mounts that have to move, and changes nothing. */
static int check(struct enter *enter, int proc, char **ret_path)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;
	int r = mountinfo_read(&mountinfo, proc, "self/mountinfo");

	if (r < 0)
		return r;

	while ((r = mountinfo_next(&mountinfo, &mount)) > 0) {
		if (mount.point[0] != '/' || !mount.point[1])
			continue;

		r = list_mount(enter, mount.point + 1);
		if (r < 0) {
			*ret_path = strdup(mount.point + 1);
			break;
		}
	}

	return r;
}

static int move(int from, int to, const char *path)
{
	return move_mount(from, path, to, path, 0) < 0 ? -errno : 0;
}

static int clone_mount(int from, int to, const char *path)
{
	_cleanup_close_ int fd =
		open_tree(from, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	return fd < 0 || move_mount(fd, "", to, path, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

static int move_mounts(struct enter *enter, char **ret_path)
{
	for (size_t i = 0; i < enter->n_mounts; i++) {
		int r = (enter->clones ? clone_mount : move)(enter->old_root, enter->new_root,
							     enter->mounts[i]);

		if (r < 0) {
			*ret_path = strdup(enter->mounts[i]);
			for (; i < enter->n_mounts; enter->n_mounts--)
				free(enter->mounts[enter->n_mounts - 1]);
			return r;
		}
	}

	return 0;
}

/* Puts the new root over the old one. */
static int attach(struct enter *enter)
{
	/* No mount can be moved away from a shared one. */
	(void)mount(NULL, "/", NULL, MS_PRIVATE, NULL);

	if (move_mount(enter->new_root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -errno;

	enter->attached = true;
	return 0;
}

static int become_root(int fd)
{
	return fchdir(fd) < 0 || chroot(".") < 0 ? -errno : 0;
}

static void forget(struct enter *enter)
{
	for (size_t i = 0; i < enter->n_mounts; i++)
		free(enter->mounts[i]);
	free(enter->mounts);
	cleanup_close(&enter->old_root);
	*enter = (struct enter)ENTER_INIT;
}

int enter_root(struct enter *enter, int new_root, bool clones, int proc, char **ret_path)
{
	int r;

	*ret_path = NULL;
	enter->new_root = new_root;
	enter->clones = clones;
	enter->old_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (enter->old_root < 0)
		return -errno;

	r = check(enter, proc, ret_path);
	if (r < 0) {
		forget(enter);
		return r;
	}

	/* Commit starts here: the caller has prepared the new root, and nothing is left to tidy.
	 * The paths of PID 1 and of the kernel's threads lead to the new root after the last step.
	 * Both roots are open, so enter_undo() can revert each step. */
	r = attach(enter);
	if (r >= 0)
		r = move_mounts(enter, ret_path);
	if (r >= 0)
		r = become_root(new_root);
	if (r < 0)
		(void)enter_undo(enter);
	return r;
}

static int detach(const struct enter *enter)
{
	/* Through the current directory: a path to the root does not lead to what is mounted over
	 * it. */
	return fchdir(enter->new_root) < 0 || umount2(".", MNT_DETACH) < 0 ? -errno : 0;
}

int enter_undo(struct enter *enter)
{
	int r = 0, k;

	if (enter->old_root < 0)
		return 0;

	for (size_t i = enter->clones || !enter->attached ? 0 : enter->n_mounts; i > 0; i--) {
		k = move(enter->new_root, enter->old_root, enter->mounts[i - 1]);
		r = r < 0 ? r : k;
	}

	k = enter->attached ? detach(enter) : 0;
	r = r < 0 ? r : k;
	k = become_root(enter->old_root);
	forget(enter);
	return r < 0 ? r : k;
}
