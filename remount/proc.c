/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "names.h"
#include "text.h"

/* For a kernel thread: linux/sched.h in the kernel's source, documented in proc_pid_stat(5). */
#define PF_KTHREAD 0x00200000U
#define MOST_PARENTS 16
/* modprobe takes some milliseconds, or a few dozen in an emulated machine. */
#define HELPER_STEP_MS 5
#define HELPER_WAIT_MS 300

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

struct process {
	char state;
	pid_t parent;
	unsigned flags;
};

/* A process that no longer exists gets the state of a dead one. */
static int read_process(int proc, pid_t pid, struct process *ret_process)
{
	char path[sizeof "/stat" + 3 * sizeof pid], text[512];
	const char *rest;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof path, "%d/stat", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (n < 0 && (errno == ENOENT || errno == ESRCH)) {
		cleanup_close(&fd);
		*ret_process = (struct process){ .state = 'X' };
		return 0;
	}
	cleanup_close(&fd);
	if (n < 0)
		return -errno;

	text[n] = 0;
	rest = strrchr(text, ')'); /* the name of the program may contain any byte */
	return rest && sscanf(rest, ") %c %d %*d %*d %*d %*d %u", &ret_process->state,
			      &ret_process->parent, &ret_process->flags) == 3
		       ? 0
		       : -EBADMSG;
}

/* Whether the kernel has started it, or a program that the kernel started: modprobe, for example.
 */
static bool is_helper(int proc, const struct process *process)
{
	struct process parent = *process;

	for (int i = 0; i < MOST_PARENTS && parent.parent > 1 && parent.parent != getpid(); i++) {
		if (read_process(proc, parent.parent, &parent) < 0)
			return false;
		if (parent.flags & PF_KTHREAD)
			return true;
	}

	return false;
}

enum company { ALONE, HELPERS, PROGRAMS };

static enum company judge_process(int proc, pid_t pid)
{
	struct process process;

	if (pid == getpid())
		return ALONE;
	/* If this fails, assume a program, to be safe. */
	if (read_process(proc, pid, &process) < 0)
		return PROGRAMS;
	if ((process.flags & PF_KTHREAD) || process.state == 'Z' || process.state == 'X')
		return ALONE;

	return is_helper(proc, &process) ? HELPERS : PROGRAMS;
}

static int look_for_company(int proc, enum company *ret_company)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r = names_open(proc, ".", &dir);

	if (r < 0)
		return r;

	*ret_company = ALONE;
	while ((entry = names_next(dir)) && *ret_company != PROGRAMS)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			*ret_company =
				MAX(*ret_company, judge_process(proc, (pid_t)atoi(entry->d_name)));

	return -errno;
}

int proc_has_other_programs(int proc)
{
	const struct timespec step = { .tv_nsec = HELPER_STEP_MS * 1000000L };
	enum company company = ALONE;

	for (int waited = 0;; waited += HELPER_STEP_MS) {
		int r = look_for_company(proc, &company);

		if (r < 0)
			return r;
		if (company != HELPERS || waited >= HELPER_WAIT_MS)
			return company != ALONE;

		(void)nanosleep(&step, NULL);
	}
}
