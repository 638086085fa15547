/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * load-kernel KERNEL INITRD: loads both for kexec, with the command line of the running kernel.
 * systemctl and systemd-shutdown then need no kexec(8).
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char line[4096];
	int kernel = argc == 3 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	int initrd = argc == 3 ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = read(fd, line, sizeof line);

	if (kernel < 0 || initrd < 0 || length <= 0) {
		perror("load-kernel");
		return 1;
	}

	/* A line break ends the text. The length counts the NUL. */
	line[length - 1] = '\0';
	if (syscall(SYS_kexec_file_load, kernel, initrd, (unsigned long)length, line, 0UL) < 0) {
		perror("kexec_file_load");
		return 1;
	}

	return 0;
}
