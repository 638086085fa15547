/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Executed by init in a share with extended attributes (shares.py): reports which owner,
 * attributes, capabilities and ACLs the guest sees and can set, and what it sees in a second share
 * with the same contents, whose server has them off. As "/capable", it reports its own
 * capabilities.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report.h"

#define ACL "system.posix_acl_access"
#define CAPABILITY "security.capability"
/* Users without privileges; the first is in the ACL. */
#define GRANTED 1001
#define DENIED 1002

enum {
	HAS_NET_BIND_SERVICE = 10,
	HAS_NONE = 20,
};

/* Runs in a child as an unprivileged user: executes the program, or opens the file. */
static int as_user(uid_t user, const char *program, const char *file)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (setgid(user) < 0 || setuid(user) < 0)
			_exit(126);
		if (program)
			(void)execl(program, program, NULL);
		_exit(file && open(file, O_RDONLY) >= 0 ? 0 : errno);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return 127;

	return WEXITSTATUS(status);
}

static const char *opened(uid_t user, const char *file)
{
	int r = as_user(user, NULL, file);

	return r == 0 ? "yes" : strerrorname_np(r);
}

static void report_attribute(const char *name, const char *file)
{
	char value[64] = "";

	if (getxattr(file, "security.fstag", value, sizeof(value) - 1) < 0)
		report("value %s %s", name, strerrorname_np(errno));
	else
		report("value %s %s", name, value);
}

/* Sets on a new file what /capable and /private have, and looks at it as the users do. */
static void report_set(void)
{
	char capability[64], acl[256];
	ssize_t n = getxattr("/capable", CAPABILITY, capability, sizeof(capability));
	ssize_t m = getxattr("/private", ACL, acl, sizeof(acl));
	int fd = open("/made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stat status;

	if (fd < 0 || n < 0 || m < 0 || fsetxattr(fd, CAPABILITY, capability, n, 0) < 0 ||
	    fsetxattr(fd, ACL, acl, m, 0) < 0) {
		report("value set %s", strerrorname_np(errno));
		return;
	}
	report("value set %zd %s %s", fgetxattr(fd, CAPABILITY, NULL, 0), opened(GRANTED, "/made"),
	       opened(DENIED, "/made"));
	if (fchown(fd, 12345, 54321) == 0 && fstat(fd, &status) == 0)
		report("value chown %u:%u", status.st_uid, status.st_gid);
	/* The kernel removes the capabilities when the owner changes. */
	report("value removed %s",
	       fgetxattr(fd, CAPABILITY, NULL, 0) < 0 ? strerrorname_np(errno) : "no");
}

/* Its user cannot write to the kernel's log, so the exit status tells. */
static int tell_capabilities(void)
{
	unsigned long long effective = UINT64_MAX;
	char line[256];
	FILE *file = fopen("/proc/self/status", "re");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	if (effective == 0)
		return HAS_NONE;

	return effective == 1ULL << CAP_NET_BIND_SERVICE ? HAS_NET_BIND_SERVICE : EXIT_FAILURE;
}

static void report_executed(const char *name, const char *program)
{
	int r = as_user(GRANTED, program, NULL);

	report("value %s %s", name,
	       r == HAS_NET_BIND_SERVICE ? "net_bind_service"
	       : r == HAS_NONE		 ? "none"
					 : "wrong");
}

int main(int argc, char *argv[])
{
	struct stat root;

	if (argc > 0 && strstr(argv[0], "capable"))
		return tell_capabilities();

	if (stat("/", &root) == 0)
		report("value owner %u:%u", root.st_uid, root.st_gid);
	report_attribute("attribute", "/private");
	report_executed("capability", "/capable");
	report("value acl %s %s", opened(GRANTED, "/private"), opened(DENIED, "/private"));
	report_set();

	if (mount("plain", "/mnt", "virtiofs", 0, NULL) < 0)
		return 1;
	report_attribute("plain-attribute", "/mnt/private");
	report_executed("plain-capability", "/mnt/capable");
	report("value plain-acl %s", opened(GRANTED, "/mnt/private"));
	return 0;
}
