/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "text.h"

static bool is_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int proc_open(void)
{
	_cleanup_close_ int mounted = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return mounted >= 0 && is_proc(mounted) ? TAKE_FD(mounted) : detached_mount("proc");
}

static FILE *open_file(int proc, const char *name)
{
	_cleanup_close_ int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");

	if (file)
		(void)TAKE_FD(fd);
	return file;
}

int proc_available_memory(int proc, uint64_t *ret_bytes)
{
	_cleanup_fclose_ FILE *file = open_file(proc, "meminfo");
	unsigned long long kilobytes;
	char line[128];

	if (!file)
		return -errno;

	while (fgets(line, sizeof line, file))
		if (sscanf(line, "MemAvailable: %llu kB", &kilobytes) == 1) {
			*ret_bytes = (uint64_t)kilobytes * 1024;
			return 0;
		}

	return -ENODATA;
}

FILE *proc_open_mounts(int proc)
{
	return open_file(proc, "self/mounts");
}

/* What stands behind " - " in a line of mountinfo: type and source of a file system that may have
 * files of any other one below it. */
static bool has_layers(const char *type)
{
	const char *source = after_prefix(type, "erofs "); /* of a file, from Linux 6.12 on */

	return after_prefix(type, "overlay ") || after_prefix(type, "aufs ") ||
	       after_prefix(type, "ecryptfs ") || (source && !after_prefix(source, "/dev/"));
}

/* A line of mountinfo, see proc_pid_mountinfo(5): a second mount of the device, or one that may
 * have files of it. */
static bool needs_device(const char *line, dev_t device)
{
	unsigned major_number, minor_number;
	const char *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) != 2)
		return false;
	if (has_layers(rest + strlen(" - ")))
		return true;

	/* Its own mount is on "/", and on nothing longer. */
	return makedev(major_number, minor_number) == device && !strstr(line, " / / ");
}

int proc_has_mount_of(int proc, dev_t device)
{
	_cleanup_fclose_ FILE *file = open_file(proc, "self/mountinfo");
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (!file)
		return -errno;

	while (getline(&line, &size, file) > 0)
		if (needs_device(line, device))
			return 1;

	return ferror(file) ? -EIO : 0;
}

static bool is_other_program(int proc, const char *name)
{
	char path[NAME_MAX + sizeof "/exe"], target[1];

	if (name[0] < '1' || name[0] > '9' || strtol(name, NULL, 10) == getpid())
		return false;

	/* A thread of the kernel has no executable, nor has one that is dead. */
	(void)snprintf(path, sizeof path, "%s/exe", name);
	return readlinkat(proc, path, target, sizeof target) >= 0 ||
	       (errno != ENOENT && errno != ESRCH);
}

int proc_has_other_programs(int proc)
{
	_cleanup_close_ int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return -errno;

	(void)TAKE_FD(fd);
	while ((errno = 0, entry = readdir(dir)))
		if (is_other_program(proc, entry->d_name))
			return 1;

	return -errno;
}
