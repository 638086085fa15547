/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "root-mount.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cleanup.h"

int root_mount_parse_line(const char *line, uint64_t mount)
{
	uint64_t number, parent;

	if (sscanf(line, "%" SCNu64 " %" SCNu64, &number, &parent) != 2 || number != mount)
		return -ENOENT;

	return parent != number;
}

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

int root_mount_has_parent(void)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/thread-self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	uint64_t root;
	int r;

	if (!file)
		return -errno;

	r = root_mount_get(&root);
	if (r < 0)
		return r;

	r = -ENOENT;
	while (r == -ENOENT && getline(&line, &size, file) > 0)
		r = root_mount_parse_line(line, root);

	return r;
}
