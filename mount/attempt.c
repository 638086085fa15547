/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempt.h"

#include <errno.h>
#include <libmount.h>
#include <signal.h>
#include <stdio.h>

#include "cleanup.h"
#include "request.h"

/* The signal that ended the helper; libmount only reports a status of -1. */
static volatile sig_atomic_t helper_signal;

static void on_child(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	helper_signal = info->si_code == CLD_EXITED ? 0 : info->si_status;
}

/* If SIGCHLD is ignored, which a program inherits, the status is lost, too. */
static void watch_helper(void)
{
	struct sigaction action = {
		.sa_sigaction = on_child,
		.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP,
	};
	sigset_t child;

	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigprocmask(SIG_UNBLOCK, &child, NULL);
}

static void cleanup_context(struct libmnt_context **context)
{
	mnt_free_context(*context);
}

static int set_up(struct libmnt_context *context, const struct request *request, const char *type,
		  const char *dir, const struct manner *manner)
{
	int r;

	/* The source is not a path, even if a file has that name. */
	r = mnt_context_disable_canonicalize(context, true);
	if (r == 0)
		r = mnt_context_enable_fake(context, manner->fake);
	if (r == 0)
		r = mnt_context_enable_sloppy(context, manner->sloppy);
	if (r == 0)
		r = mnt_context_disable_mtab(context, manner->no_mtab);
	if (r == 0 && manner->namespace)
		r = mnt_context_set_target_ns(context, manner->namespace);
	if (r == 0 && type)
		r = mnt_context_set_fstype(context, type);
	if (r == 0)
		r = mnt_context_set_source(context, request->source);
	if (r == 0)
		r = mnt_context_set_target(context, dir);
	if (r == 0)
		r = mnt_context_set_options(context, request->options);

	return r;
}

int attempt_namespace(const char *path)
{
	_cleanup_(cleanup_context) struct libmnt_context *context = mnt_new_context();

	/* It enters the namespace and returns from it. */
	return context ? mnt_context_set_target_ns(context, path) : -ENOMEM;
}

int attempt_mount(const struct request *request, const char *type, const char *dir,
		  const struct manner *manner)
{
	_cleanup_(cleanup_context) struct libmnt_context *context = mnt_new_context();
	int r;

	if (!context)
		return -ENOMEM;

	r = set_up(context, request, type, dir, manner);
	if (r < 0)
		return r;

	watch_helper();
	r = mnt_context_mount(context);
	if (mnt_context_helper_executed(context))
		return helper_signal ? ATTEMPT_KILLED + helper_signal
				     : mnt_context_get_helper_status(context);
	if (r == 0 && mnt_context_forced_rdonly(context))
		(void)fprintf(stderr, "mount.fstag: '%s' is write-protected, mounted read-only\n",
			      request->source);
	if (r == 0)
		return 0;
	if (mnt_context_syscall_called(context))
		return -mnt_context_get_syscall_errno(context);

	return r < 0 ? r : -EINVAL;
}
