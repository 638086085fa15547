/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attempt.h"

#include <errno.h>
#include <libmount.h>
#include <stdio.h>

#include "cleanup.h"
#include "request.h"

static void cleanup_context(struct libmnt_context **context)
{
	mnt_free_context(*context);
}

static int set_up(struct libmnt_context *context, const struct request *request, const char *type,
		  const char *dir, const struct manner *manner)
{
	int r;

	/* The source is no path, whatever there is by that name. */
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

int attempt(const struct request *request, const char *type, const char *dir,
	    const struct manner *manner)
{
	_cleanup_(cleanup_context) struct libmnt_context *context = mnt_new_context();
	int r;

	if (!context)
		return -ENOMEM;

	r = set_up(context, request, type, dir, manner);
	if (r < 0)
		return r;

	r = mnt_context_mount(context);
	if (mnt_context_helper_executed(context))
		return mnt_context_get_helper_status(context);
	if (r == 0 && mnt_context_forced_rdonly(context))
		(void)fprintf(stderr, "mount.fstag: '%s' is write-protected, mounted read-only\n",
			      request->source);
	if (r == 0)
		return 0;
	if (mnt_context_syscall_called(context))
		return -mnt_context_get_syscall_errno(context);

	return r < 0 ? r : -EINVAL;
}
