/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attaches UBI to the first MTD device, as ubiattach(8) does, if the device contains UBI: its first
 * bytes are "UBI#".
 */
#include <fcntl.h>
#include <mtd/ubi-user.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(void)
{
	struct ubi_attach_req request = { .ubi_num = UBI_DEV_NUM_AUTO };
	char magic[4] = "";
	int fd = open("/dev/mtd0", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, magic, sizeof magic) != sizeof magic) {
		perror("/dev/mtd0");
		return 1;
	}
	(void)close(fd);
	if (memcmp(magic, "UBI#", sizeof magic) != 0)
		return 0;

	fd = open("/dev/ubi_ctrl", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, UBI_IOCATT, &request) < 0) {
		perror("/dev/ubi_ctrl");
		return 1;
	}

	return 0;
}
