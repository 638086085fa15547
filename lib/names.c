/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "names.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "text.h"

int names_take(int fd, DIR **ret_dir)
{
	DIR *dir = fdopendir(fd);
	int r = dir ? 0 : -errno;

	if (r < 0)
		(void)close(fd);
	else
		*ret_dir = dir;
	return r;
}

int names_open(int directory, const char *path, DIR **ret_dir)
{
	int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : names_take(fd, ret_dir);
}

const struct dirent *names_next(DIR *dir)
{
	const struct dirent *entry;

	do
		errno = 0;
	while ((entry = readdir(dir)) && is_dot_or_dot_dot(entry->d_name));

	return entry;
}
