/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "root-mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "mountinfo.h"

int root_mount_get(uint64_t *ret_number)
{
	struct statx st;

	if (statx(AT_FDCWD, "/", 0, STATX_MNT_ID, &st) < 0)
		return -errno;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -ENOSYS;

	*ret_number = st.stx_mnt_id;
	return 0;
}

int root_mount_has_parent_in(const char *mountinfo, uint64_t number)
{
	_cleanup_(mountinfo_done) struct mountinfo mounts = {};
	struct mount mount;
	int r = mountinfo_read(&mounts, AT_FDCWD, mountinfo);

	if (r < 0)
		return r;

	while ((r = mountinfo_next(&mounts, &mount)) > 0)
		if (mount.id == number)
			return mount.parent != number;

	return r < 0 ? r : -ENOENT;
}

int root_mount_has_parent(void)
{
	uint64_t root;
	int r = root_mount_get(&root);

	return r < 0 ? r : root_mount_has_parent_in("/proc/thread-self/mountinfo", root);
}
