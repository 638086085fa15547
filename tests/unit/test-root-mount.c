/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "root-mount.h"

#include <errno.h>

#include "test.h"

static const struct {
	const char *line;
	uint64_t mount;
	int result;
} lines[] = {
	{ "1 1 0:2 / / rw shared:1 - rootfs rootfs rw\n", 1, 0 },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 26, 1 },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 1, -ENOENT },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n", 2, -ENOENT },
	{ "4294967301 4294967301 0:2 / / rw - rootfs rootfs rw\n", 4294967301, 0 },
	{ "4294967301 5 0:2 / / rw - rootfs rootfs rw\n", 5, -ENOENT },
	{ "", 0, -ENOENT },
};

int main(void)
{
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		CHECK_INT(root_mount_parse_line(lines[i].line, lines[i].mount), lines[i].result,
			  lines[i].line);

	return TEST_RESULT;
}
