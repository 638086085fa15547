/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "early.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "detached.h"
#include "in-use.h"
#include "kernel.h"
#include "log.h"
#include "pivot.h"
#include "proc.h"

static int log_problem(int r, const char *problem, const char *otherwise)
{
	return log_error_errno(r, "%s", problem ?: otherwise);
}

/* Whether there is anything to do; otherwise logs why not. */
static bool is_due(const struct early *early, bool has_run)
{
	const char *reason = NULL;
	int r = 0;

	if (has_run)
		reason = "It has run before";
	else if (early->request.mode == REMOUNT_NO)
		reason = "fstag.remount=no";
	else if (!kernel_has_mount_calls())
		reason = KERNEL_TOO_OLD;
	else
		r = remount_is_due(early->proc, &reason);

	if (r < 0)
		(void)log_error_errno(
			r, "Failed to determine what is mounted on '/', leaving it alone");
	else if (r == 0)
		log_info("%s, leaving the initramfs alone", reason);
	return r > 0;
}

/* auto if nothing has to move. */
static enum remount_mode decide(const struct early *early)
{
	int r;

	if (early->request.mode != REMOUNT_AUTO)
		return early->request.mode;
	if (tmpfs_is_needed(&early->request.options))
		return REMOUNT_TMPFS;

	r = pivot_root_works();
	if (r < 0)
		log_warning("Failed to try pivot_root, ignoring: %s", strerror(-r));
	return r > 0 ? REMOUNT_AUTO : REMOUNT_BIND;
}

/* no if there is nothing to do, and auto if there is nothing to move. */
static enum remount_mode check(const struct early *early, bool has_run)
{
	return is_due(early, has_run) ? decide(early) : REMOUNT_NO;
}

/* Logs what was done, and whether it includes the options of the command line. */
static void report(const struct early *early, bool has_options, const char *what)
{
	_cleanup_free_ char *options = tmpfs_options_tell(&early->request.options, has_options);

	log_info("%s%s", what, options ?: "");
}

/* Sets the options of the existing tmpfs, which now is where it belongs. If a new one could not be
 * made, that has been logged. */
static void set_options(const struct early *early, const char *what)
{
	_cleanup_free_ char *problem = NULL;
	int r;

	r = tmpfs_reconfigure_root(&early->request.options, &problem);
	if (r < 0 && !early->has_failed)
		(void)log_problem(r, problem, "Failed to set options of '/'");
	report(early, r >= 0, what);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void report_tmpfs(const struct early *early)
{
	const struct tree_size *size = &early->remount.size;
	bool is_in_use = early->in_use != IN_USE_BY_NOBODY;
	char what[256];

	(void)snprintf(what, sizeof what,
		       "%s the initramfs, %" PRIu64 " files and %" PRIu64
		       " MiB, to a tmpfs in %" PRIu64 " ms%s%s",
		       is_in_use ? "Copied" : "Moved", size->names, size->bytes >> 20,
		       now_ms() - early->start_ms,
		       is_in_use ? ", keeping the old copy because " : "",
		       is_in_use ? in_use_text(early->in_use) : "");
	report(early, true, what);
}

static int prepare_tmpfs(struct early *early)
{
	struct remount_plan plan = {
		.proc = early->proc,
		.options = &early->request.options,
		.huge = early->request.cmdline.huge,
		.changes = early->has_company,
	};
	_cleanup_free_ char *problem = NULL;
	int r = early->has_company ? IN_USE_BY_PROGRAMS : in_use_find(early->proc);

	if (r < 0)
		return log_error_errno(r, "Failed to determine what else uses the initramfs");

	early->in_use = (enum in_use)r;
	early->start_ms = now_ms();
	plan.moves = early->in_use == IN_USE_BY_NOBODY;
	r = remount_make(&early->remount, &plan, &problem);
	return r < 0 ? log_problem(r, problem, "Failed to move the initramfs") : 0;
}

static int prepare_bind(struct early *early)
{
	int r = early->bind = detached_clone_root(NULL);

	return r < 0 ? log_error_errno(r, "Failed to bind '/', leaving the initramfs alone") : 0;
}

/* Programs that already run stay in the old root, and keep what is mounted there. */
static int commit(struct early *early, int new_root)
{
	_cleanup_free_ char *path = NULL;
	int r = enter_root(&early->enter, new_root, early->has_company, early->proc, &path);

	return r < 0 ? log_error_errno(r, "Failed to move what is mounted on '/%s'", path ?: "")
		     : 0;
}

static void tidy(const struct early *early, bool is_tmpfs)
{
	if (is_tmpfs)
		report_tmpfs(early);
	else
		set_options(early, early->has_failed ? "Bound the initramfs over itself instead"
						     : "Bound the initramfs over itself");
}

/* The image's own /init may have changed the working directory. */
static void return_to_directory(const struct early *early)
{
	if (early->directory)
		(void)!chdir(early->directory);
}

void early_undo(struct early *early)
{
	int r = enter_undo(&early->enter), k = remount_undo(&early->remount);

	cleanup_close(&early->bind);
	early->bind = -EBADF;
	if (r < 0 || k < 0)
		(void)log_error_errno(r < 0 ? r : k, "Failed to undo the move of the initramfs");
	return_to_directory(early);
}

/* Returns 0, or a negative errno, which was logged; then everything is as before. */
static int change_root(struct early *early, bool is_tmpfs)
{
	int r;

	/* Makes a new root that is attached nowhere. A tmpfs takes the files of the initramfs, if
	 * nothing else uses them; on an error they go back there. */
	r = is_tmpfs ? prepare_tmpfs(early) : prepare_bind(early);
	if (r < 0)
		return r;

	/* Commit starts here, with enter_root(). What it does can be undone as long as no init was
	 * executed; after that, nothing is left that could undo it. */
	r = commit(early, is_tmpfs ? early->remount.new_root : early->bind);
	if (r < 0) {
		early_undo(early);
		return r;
	}

	tidy(early, is_tmpfs);
	return 0;
}

void early_remount(struct early *early, bool has_run)
{
	enum remount_mode mode = check(early, has_run);

	if (mode == REMOUNT_NO)
		return;
	if (mode == REMOUNT_AUTO) {
		set_options(early, "pivot_root already works, leaving the initramfs alone");
		return;
	}

	early->directory = getcwd(NULL, 0);
	/* If this fails, assume that others run, to be safe. */
	early->has_company = proc_has_other_programs(early->proc) != 0;
	if (mode == REMOUNT_TMPFS)
		early->has_failed = change_root(early, true) < 0;
	if (early->has_failed)
		remount_done(&early->remount);
	if (mode == REMOUNT_BIND || early->has_failed)
		(void)change_root(early, false);
	return_to_directory(early);
}
