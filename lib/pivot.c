/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pivot.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "child.h"
#include "cleanup.h"
#include "detached.h"

/* Without privileges, a user namespace helps: the copy of the root in it is as acceptable as the
 * root itself. */
static int unshare_mounts(void)
{
	if (unshare(CLONE_NEWNS) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;

	return unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 ? -errno : 0;
}

static int try_pivot_root(void)
{
	_cleanup_close_ int root = -EBADF;
	int r;

	r = unshare_mounts();
	if (r < 0)
		return r;

	/* Container engines do this first, too: a shared root would be refused for that alone. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;

	root = detached_mount("tmpfs"); /* any file system can be the new root */
	if (root < 0)
		return root;
	if (move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 || fchdir(root) < 0)
		return -errno;
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return errno == EINVAL ? 0 : -errno;

	return 1;
}

int pivot_root_works(void)
{
	return child_run(try_pivot_root);
}
