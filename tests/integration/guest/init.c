/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The init of the smallest root that the boot tests share: says, through the kernel's log,
 * what is mounted on /, on /usr and below /srv, and whether the first two can be written, and
 * powers the machine off. Static, so that the share needs nothing else.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

/* Reports what else is of interest in the share of a case. */
#define CHECK "/sbin/check"

/* The fields of mountinfo before the " - " and after it; see proc_pid_mountinfo(5). */
static void report_mounts(void)
{
	char line[4096], where[1024], options[1024], type[128], source[1024], super[1024];
	FILE *file = fopen("/proc/self/mountinfo", "re");

	while (file && fgets(line, sizeof(line), file)) {
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(line, "%*d %*d %*s %*s %1023s %1023s", where, options) != 2 ||
		    sscanf(rest, " - %127s %1023s %1023s", type, source, super) != 3)
			continue;
		if (strcmp(where, "/") == 0 || strcmp(where, "/usr") == 0 ||
		    strncmp(where, "/srv/", strlen("/srv/")) == 0)
			report("mount %s %s %s,%s %s", where, type, options, super, source);
	}
	if (file)
		fclose(file);
}

static void report_writable(const char *directory)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/.fstag-test", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	report("writable %s %s", directory, fd >= 0 ? "yes" : strerror(errno));
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
}

static void run_check(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl(CHECK, CHECK, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		report("failed " CHECK);
}

int main(void)
{
	if (access("/proc/self", F_OK) < 0)
		(void)mount("proc", "/proc", "proc", 0, NULL);
	if (access("/dev/kmsg", F_OK) < 0)
		(void)mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);

	report_mounts();
	report_writable("/");
	if (access("/usr", F_OK) == 0)
		report_writable("/usr");
	if (access(CHECK, X_OK) == 0)
		run_check();
	report("end");

	sync();
	(void)reboot(RB_POWER_OFF);
	return 1;
}
