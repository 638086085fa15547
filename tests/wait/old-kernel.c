/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replaces the system calls by which fstag-wait asks the kernel for a superblock, with the linker's
 * --wrap: each tag that it asks for is written as a line of $OLD_KERNEL_LOG, and exists if there is
 * a file of that name in $OLD_KERNEL_TAGS. If there is $OLD_KERNEL_MODULE, the first call loads it:
 * it becomes /sys/fs/virtiofs, as since Linux 6.9.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "cleanup.h"

int __real_fsopen(const char *name, unsigned flags);
int __wrap_fsopen(const char *name, unsigned flags);
int __real_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux);
int __wrap_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux);

int __wrap_fsopen(const char *name, unsigned flags)
{
	const char *tags = getenv("OLD_KERNEL_TAGS"), *module = getenv("OLD_KERNEL_MODULE");

	if (!tags)
		return __real_fsopen(name, flags);
	if (module)
		(void)rename(module, "/sys/fs/virtiofs");

	return open(tags, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int __wrap_fsconfig(int fd, unsigned command, const char *key, const void *value, int aux)
{
	const char *log = getenv("OLD_KERNEL_LOG");
	_cleanup_fclose_ FILE *file = NULL;
	static const char *tag;

	if (!log)
		return __real_fsconfig(fd, command, key, value, aux);
	if (command == FSCONFIG_SET_STRING) {
		tag = value;
		return 0;
	}

	file = fopen(log, "ae");
	if (file)
		(void)fprintf(file, "%s\n", tag);
	if (faccessat(fd, tag, F_OK, 0) == 0)
		return 0;

	errno = EINVAL;
	return -1;
}
