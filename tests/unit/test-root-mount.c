/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "root-mount.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "test.h"

static const struct {
	const char *lines;
	uint64_t mount;
	int result;
} table[] = {
	{ "1 1 0:2 / / rw shared:1 - rootfs rootfs rw\n", 1, 0 },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 26, 1 },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 1, -ENOENT },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 2, -ENOENT },
	{ "4294967301 4294967301 0:2 / / rw - rootfs rootfs rw\n", 4294967301, 0 },
	{ "4294967301 5 0:2 / / rw - rootfs rootfs rw\n", 5, -ENOENT },
	{ "26 1 253:1 / / rw - ext4 /dev/vda1 rw\n1 1 0:2 / / rw - rootfs rootfs rw\n", 1, 0 },
	{ "1 1 0:2 / / rw shared:1 - rootfs rootfs rw", 1, -EBADMSG },
	{ "", 0, -ENOENT },
};

int main(void)
{
	char path[64];

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const char *lines = table[i].lines;
		_cleanup_close_ int fd = memfd_create("mountinfo", MFD_CLOEXEC);

		CHECK_INT(write(fd, lines, strlen(lines)), strlen(lines), lines);
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		CHECK_INT(root_mount_has_parent_in(path, table[i].mount), table[i].result, lines);
	}

	return TEST_RESULT;
}
