/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "mountinfo.h"
#include "room.h"
#include "text.h"

/* The topmost mount on / is the last one there. */
static int has_own_tmpfs(int proc, bool *ret_is_ours)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;
	int r = mountinfo_read(&mountinfo, proc, "self/mountinfo");

	if (r < 0)
		return r;

	*ret_is_ours = false;
	while ((r = mountinfo_next(&mountinfo, &mount)) > 0)
		if (streq(mount.point, "/"))
			*ret_is_ours = streq(mount.source, TMPFS_SOURCE);

	return r;
}

int remount_is_due(int proc, const char **ret_reason)
{
	bool is_ours;
	struct statfs fs;
	int r;

	if (statfs("/", &fs) < 0)
		return -errno;
	if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC) {
		*ret_reason = "'/' is neither a tmpfs nor a ramfs";
		return 0;
	}

	r = has_own_tmpfs(proc, &is_ours);
	if (r < 0)
		return r;
	if (is_ours)
		*ret_reason = "'/' is already a tmpfs made by fstag";
	return !is_ours;
}

/* The file system on /, without what is mounted on it; reading it does not update access times. */
static int open_old_tree(void)
{
	struct mount_attr noatime = {
		.attr_clr = MOUNT_ATTR__ATIME,
		.attr_set = MOUNT_ATTR_NOATIME,
	};

	return detached_clone_root(&noatime);
}

static int problem(int r, char **ret_problem, const char *action, char *path)
{
	if (!*ret_problem &&
	    asprintf(ret_problem, path ? "Failed to %s '%s'" : "Failed to %s", action, path) < 0)
		*ret_problem = NULL;
	free(path);
	return r;
}

/* Reverts what the work in the trees has changed in this process. */
static void leave_trees(mode_t mask)
{
	(void)umask(mask);
	(void)!chdir("/");
}

static int fill(struct remount *remount, const struct tree_options *options, bool moves,
		char **ret_problem)
{
	mode_t mask = umask(0); /* the modes of the files apply unchanged */
	int undo_error = 0, r;
	char *path;

	r = moves ? tree_move(remount->old_tree, remount->new_root, options, &path, &undo_error)
		  : tree_copy(remount->old_tree, remount->new_root, options, &path);
	leave_trees(mask);
	/* Files that have moved back are new files, too. */
	(void)held_reopen(&remount->held, r < 0 ? remount->old_tree : remount->new_root);
	if (undo_error < 0)
		return problem(r, ret_problem, "move, and to move back, the initramfs; first at",
			       path);
	if (r < 0)
		return problem(r, ret_problem, moves ? "move" : "copy", path);

	remount->moved = moves;
	return 0;
}

/* Our own program, if it is in the old tree: the file that the kernel has executed, whatever name
 * was used, and whatever has become of that name. */
static ino_t find_running(const struct remount *remount, int proc)
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	struct stat st, tree;

	if (fstatat(proc, "self/exe", &st, 0) < 0 && (!path || stat(path, &st) < 0))
		return 0;

	return fstat(remount->old_tree, &tree) == 0 && st.st_dev == tree.st_dev ? st.st_ino : 0;
}

static int measure(struct remount *remount, struct tree_options *options, char **ret_problem)
{
	char *path;
	int r = tree_measure(remount->old_tree, options, &remount->size, &path);

	(void)!chdir("/");
	if (r < 0)
		return problem(r, ret_problem, "measure", path);

	options->names = remount->size.is_exact ? remount->size.names : 0;
	return 0;
}

static int ask_room(const struct remount *remount, const struct remount_plan *plan,
		    char **ret_problem)
{
	return room_check(&remount->size, plan->moves, remount->new_root, plan->proc,
			  plan->options->parameter, ret_problem);
}

/* If there is no room in the worst case that the size allows for, measures exactly. */
static int check_room(struct remount *remount, struct tree_options *options,
		      const struct remount_plan *plan, char **ret_problem)
{
	int r = ask_room(remount, plan, ret_problem);

	if (r != -ENOMEM || remount->size.is_exact)
		return r;

	free(*ret_problem);
	*ret_problem = NULL;
	options->is_exact = true;
	r = measure(remount, options, ret_problem);
	return r < 0 ? r : ask_room(remount, plan, ret_problem);
}

/* Makes the tmpfs, and checks whether it and the memory have enough room. The initramfs is only
 * read. */
static int check(struct remount *remount, struct tree_options *options,
		 const struct remount_plan *plan, char **ret_problem)
{
	int r = remount->old_tree = open_old_tree();

	if (r < 0)
		return problem(r, ret_problem, "look below the mounts on", strdup("/"));

	options->running = find_running(remount, plan->proc);
	r = measure(remount, options, ret_problem);
	if (r < 0)
		return r;

	r = remount->new_root = tmpfs_make(plan->options, &remount->size, ret_problem);
	if (r < 0)
		return problem(r, ret_problem, "make a tmpfs", NULL);

	r = check_room(remount, options, plan, ret_problem);
	if (r < 0)
		return problem(r, ret_problem, "see whether there is room", NULL);

	r = held_read(&remount->held, plan->proc, remount->old_tree);
	return r < 0 ? problem(r, ret_problem, "see what is open", NULL) : 0;
}

int remount_make(struct remount *remount, const struct remount_plan *plan, char **ret_problem)
{
	struct tree_options options = {
		.keeps_mode = tmpfs_options_have(plan->options, "mode"),
		.changes = plan->changes,
	};
	int r;

	*ret_problem = NULL;
	r = check(remount, &options, plan, ret_problem);
	if (r < 0)
		return r;

	r = fill(remount, &options, plan->moves, ret_problem);
	if (r < 0)
		return r;

	r = tmpfs_finish(remount->new_root, plan->options, plan->huge);
	if (r < 0) {
		(void)remount_undo(remount);
		return problem(r, ret_problem, "set the options of the tmpfs", NULL);
	}

	return 0;
}

int remount_undo(struct remount *remount)
{
	_cleanup_free_ char *path = NULL;
	mode_t mask;
	int r = 0;

	if (remount->moved) {
		mask = umask(0);
		r = tree_move_back(remount->old_tree, remount->new_root, &path);
		leave_trees(mask);
		remount->moved = false;
	}

	(void)held_reopen(&remount->held, remount->old_tree);
	return r;
}

void remount_done(struct remount *remount)
{
	held_done(&remount->held);
	cleanup_close(&remount->old_tree);
	cleanup_close(&remount->new_root);
	remount->old_tree = remount->new_root = -EBADF;
}
