/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-run: executes one command with a root that pivot_root(2) accepts.
 *
 * For systems that run from their initramfs, at any time after boot. The system's mounts stay as
 * they are: the command gets a mount namespace that all callers share, and the first caller makes
 * it (namespace.h). If pivot_root already works, fstag-run only executes the command. It replaces
 * itself with the command.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "namespace.h"
#include "pivot.h"
#include "root-mount.h"
#include "usage.h"

/* As in env(1), chroot(1) and nsenter(1). */
enum {
	EXIT_OWN_FAILURE = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
};

static int fail(int r, const char *what)
{
	(void)fprintf(stderr, "fstag-run: %s: %s\n", what, strerror(-r));
	return r;
}

static int check(int r, const char *what)
{
	if (r == -EXDEV)
		(void)fputs("fstag-run: '/' is not the root of the system\n", stderr);
	else if (r == -ESRCH)
		(void)fputs("fstag-run: '/proc' does not show this process: it must be mounted, in "
			    "the PID namespace of the command or in an outer one\n",
			    stderr);
	else if (r < 0)
		return fail(r, what);
	return r;
}

static int refuse_user(void)
{
	(void)fputs("fstag-run: must run as root, because this root needs a separate mount "
		    "namespace; to run a command as a user: fstag-run runuser -u USER -- COMMAND\n",
		    stderr);
	return -EPERM;
}

/* The errors for a caller that may create neither mount namespaces nor user namespaces, or no more
 * of them; or from a kernel without them. */
static bool may_not_try(int r)
{
	return r == -EPERM || r == -EACCES || r == -ENOSPC || r == -EUSERS || r == -EINVAL ||
	       r == -ENOSYS;
}

static int get_root(void)
{
	int r;

	/* First, because it is cheaper than an attempt. */
	r = check(namespace_enter(), "Failed to enter the mount namespace '" NAMESPACE_FILE "'");
	if (r != 0)
		return r;

	r = pivot_root_works();
	if (may_not_try(r) && root_mount_has_parent() > 0)
		return 0;
	if (r > 0)
		return 0;
	if (geteuid() != 0)
		return refuse_user();
	if (!kernel_has_mount_calls()) {
		(void)fputs("fstag-run: " KERNEL_TOO_OLD "\n", stderr);
		return -ENOSYS;
	}
	if (r < 0)
		return fail(r, "Failed to try pivot_root");

	return check(namespace_make(), "Failed to create the mount namespace '" NAMESPACE_FILE "'");
}

static int execute(char *argv[])
{
	int r;

	r = get_root();
	if (r < 0)
		return EXIT_OWN_FAILURE;

	(void)execvp(argv[0], argv);
	r = -errno;
	(void)fprintf(stderr, "fstag-run: Failed to execute '%s': %s\n", argv[0], strerror(-r));
	return r == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-run",
		.text = "Usage: fstag-run COMMAND [ARGUMENT...]\n\n"
			"Execute COMMAND with a root that pivot_root(2) accepts, even in an "
			"initramfs.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.min_arguments = 1,
		.max_arguments = INT_MAX,
		.error = EXIT_OWN_FAILURE,
	};
	int status;

	return usage_parse(&usage, argc, argv, &status) < 0 ? status : execute(argv + optind);
}
