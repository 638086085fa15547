/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-remount: moves a systemd initrd to a separate mount.
 *
 * fstag-remount.service runs it in the initrd, before any other service except
 * fstag-release.service. It copies the initramfs to a tmpfs, because PID 1 runs from these files,
 * and makes PID 1 switch to that as its root; what PID 1 leaves behind is deleted then. If anything
 * fails, the initramfs is as before and the boot continues in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "kernel.h"
#include "log.h"
#include "pivot.h"
#include "proc.h"
#include "remount.h"
#include "request.h"
#include "switch-root.h"
#include "usage.h"

/* Sets the options of the initramfs in place. */
static int leave(const struct request *request)
{
	_cleanup_free_ char *problem = NULL, *options = NULL;
	int r;

	r = tmpfs_reconfigure_root(&request->options, &problem);
	if (r < 0)
		(void)log_error_errno(r, "%s", problem ?: "Failed to set options of '/'");

	options = tmpfs_options_tell(&request->options, r >= 0);
	log_info("pivot_root already works, leaving the initramfs alone%s", options ?: "");
	return r;
}

/* 1, 0 if nothing is to be moved, or a negative errno; logs the reason unless it returns 1. */
static int decide(const struct request *request, int proc)
{
	const char *reason = "fstag.remount=no";
	int r = 0;

	if (request->mode != REMOUNT_NO)
		r = remount_is_due(proc, &reason);
	if (r < 0)
		return log_error_errno(r, "Failed to determine what is mounted on '/'");
	if (r == 0)
		log_info("%s, leaving the initramfs alone", reason);
	if (r == 0 || request->mode != REMOUNT_AUTO || tmpfs_is_needed(&request->options))
		return r;

	r = pivot_root_works();
	if (r < 0)
		return log_error_errno(r, "Failed to try pivot_root");

	return r > 0 ? leave(request) : 1;
}

/* PID 1 refuses a root without an os-release file; an initrd may only have an initrd-release. */
static int add_os_release(int root)
{
	static const char *const names[] = { "etc/os-release", "usr/lib/os-release" };

	for (size_t i = 0; i < 2; i++)
		if (faccessat(root, names[i], F_OK, 0) == 0)
			return 0;

	/* A dangling symbolic link. */
	if (unlinkat(root, names[0], 0) < 0 && errno != ENOENT)
		return -errno;

	return symlinkat("initrd-release", root, names[0]) < 0 ? -errno : 0;
}

static int check_directory(void)
{
	int r = switch_root_check();

	if (r == -ENOTDIR) {
		log_error("'" SWITCH_ROOT_DIRECTORY "' is not a directory, so the tmpfs cannot be "
			  "mounted there; leaving the initramfs alone");
		return r;
	}

	return r < 0 ? log_error_errno(r, "Failed to look at '" SWITCH_ROOT_DIRECTORY "'") : 0;
}

/* As decide(). The caller has to release what it opens. */
static int check(struct request *request, int *proc)
{
	int r;

	if (!kernel_has_mount_calls()) {
		log_error(KERNEL_TOO_OLD);
		return -ENOSYS;
	}

	r = *proc = proc_open();
	if (r < 0)
		return log_error_errno(r, "Failed to open /proc");

	r = request_read(request, *proc, REMOUNT_TMPFS);
	if (r < 0)
		return log_error_errno(r, "Failed to read the kernel command line");

	if (request->mode_problem)
		log_warning("fstag.remount='%s' %s, ignoring", request->cmdline.remount,
			    request->mode_problem);

	r = decide(request, *proc);
	return r > 0 ? check_directory() ?: 1 : r;
}

/* The tmpfs is attached nowhere, and the initramfs stays as it is. */
static int prepare(struct remount *remount, const struct request *request, int proc)
{
	const struct remount_plan plan = {
		.proc = proc,
		.options = &request->options,
		.huge = request->cmdline.huge,
		.changes = true,
	};
	_cleanup_free_ char *problem = NULL;
	int r = remount_make(remount, &plan, &problem);

	if (r < 0)
		return log_error_errno(r, "%s", problem ?: "Failed to copy the initramfs");

	r = add_os_release(remount->new_root);
	return r < 0 ? log_error_errno(r, "Failed to create '/etc/os-release'") : 0;
}

/* Logged before the switch, because afterwards it is too late. */
static void report(const struct remount *remount, const struct request *request)
{
	_cleanup_free_ char *options = tmpfs_options_tell(&request->options, true);

	log_info("Copied the initramfs, %" PRIu64 " files and %" PRIu64
		 " MiB, to a tmpfs%s%s; switching to it",
		 remount->size.names, remount->size.bytes >> 20, options ?: "",
		 request->mode == REMOUNT_BIND ? ", because PID 1 would empty a bind mount" : "");
}

static int commit(const struct remount *remount)
{
	_cleanup_free_ char *reason = NULL;
	int r = switch_root(remount->new_root, &reason);

	if (r < 0 && reason)
		log_error("PID 1 refuses to switch to the tmpfs: %s", reason);
	else if (r < 0)
		return log_error_errno(r, "Failed to switch to the tmpfs");
	return r;
}

static int run(void)
{
	_cleanup_(request_done) struct request request = {};
	_cleanup_(remount_done) struct remount remount = REMOUNT_INIT;
	_cleanup_close_ int proc = -EBADF;
	int r;

	r = check(&request, &proc);
	if (r <= 0)
		return r;

	r = prepare(&remount, &request, proc);
	if (r < 0)
		return r;

	report(&remount, &request);
	/* Commit starts here, in switch_root(), which can undo it until PID 1 agrees to switch.
	 * Nothing is left to tidy: PID 1 ends this program, too. */
	return commit(&remount);
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-remount",
		.text = "Usage: fstag-remount\n\n"
			"Move a systemd initrd to a new tmpfs if fstag.remount= asks for it.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.error = EXIT_FAILURE,
	};
	int status;

	if (usage_parse(&usage, argc, argv, &status) < 0)
		return status;

	/* The journal does not run yet; it reads the kernel's log when it starts. */
	log_setup("fstag-remount");
	(void)log_to_kmsg();
	return run() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
