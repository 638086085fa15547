/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cmdline.h"
#include "options.h"
#include "resolve.h"
#include "text.h"
#include "timespan.h"

#define DEFAULT_TIMEOUT (90 * USEC_PER_SEC)

int refuse(char **refusal, const char *format, ...)
{
	va_list arguments;
	int n;

	if (*refusal)
		return -EINVAL;

	va_start(arguments, format);
	n = vasprintf(refusal, format, arguments);
	va_end(arguments);
	if (n < 0) {
		*refusal = NULL;
		return -ENOMEM;
	}

	return -EINVAL;
}

/* With a verity hash and no root=, the root is a device-mapper node and read-only
 * (determine_device() in systemd-fstab-generator). */
static bool is_writable(const struct cmdline *cmdline)
{
	return cmdline->rw > 0 && (cmdline->root.what || !cmdline->roothash || !cmdline->verity);
}

/* An NFS mount with "bg" goes on trying behind PID 1's back, so it becomes one that may fail, in
 * the foreground, without a limit: what systemd-fstab-generator does with it. */
static int adapt_nfs(struct plan_mount *m)
{
	char *options;

	if ((!streq(m->types, "nfs") && !streq(m->types, "nfs4")) ||
	    !options_prefer(m->options, "bg", "fg"))
		return 0;

	if (asprintf(&options, "x-systemd.mount-timeout=infinity,retry=10000,nofail,%s,fg",
		     m->options) < 0)
		return -ENOMEM;

	free(m->options);
	m->options = options;
	m->nofail = true;
	return 0;
}

/* force_rw: ro and rw on the command line win over those in the flags. True of root= only. */
static int plan_options(struct plan_mount *m, bool writable, bool force_rw)
{
	int r;

	m->options = strdup(m->flags ?: "");
	if (!m->options)
		return -ENOMEM;

	if (force_rw || !options_have(m->options, (option_names){ "ro", "rw" })) {
		r = options_append(&m->options, writable ? "rw" : "ro");
		if (r < 0)
			return r;
	}

	r = options_last_value(m->options, (option_names){ "trans" }, &m->transport);
	if (r < 0)
		return r;

	return adapt_nfs(m);
}

static int check_mount(struct plan *plan, const struct plan_mount *m)
{
	const char *reason = check_types(m->types);

	if (reason)
		return refuse(&plan->refusal, "%s=: '%.200s' %s", m->types_parameter, m->types,
			      reason);

	reason = check_source(m->source, m->types);
	if (reason)
		return refuse(&plan->refusal, "%s=: the source '%.200s' %s", m->source_parameter,
			      m->source, reason);

	reason = m->flags ? check_value(m->flags) : NULL;
	if (reason)
		return refuse(&plan->refusal, "%s=: '%.200s' %s", m->flags_parameter, m->flags,
			      reason);

	return 0;
}

/* Where any type of the list needs the network, that is what the mount waits for. Else it waits for
 * a device that one of the types can be mounted from. */
static enum plan_wait wait_for_types(const struct plan_mount *m)
{
	enum plan_wait wait = PLAN_WAIT_NONE;
	bool has_other_transport = false;

	FOREACH_ITEM (type, length, m->types)
		switch (fs_type_wait(type, length, m->transport)) {
		case FS_WAIT_NETWORK:
			return PLAN_WAIT_NETWORK;
		case FS_WAIT_NONE:
			has_other_transport |= item_is(type, length, "9p");
			break;
		default:
			wait = PLAN_WAIT_SOURCE;
		}

	/* trans= means 9p, also in a list. */
	return has_other_transport ? PLAN_WAIT_NONE : wait;
}

/* The kernel's rootwait, without a number or with one that is none, is for ever, and 0 is as good
 * as none (rootwait_timeout_setup() in init/do_mounts.c). */
static uint64_t timeout_from_rootwait(const char *rootwait)
{
	char *end;
	unsigned long seconds;

	if (!rootwait)
		return DEFAULT_TIMEOUT;

	seconds = strtoul(rootwait, &end, 0);
	if (!*rootwait || *end || *rootwait == '-' || seconds > INT32_MAX)
		return USEC_INFINITY;

	return seconds > 0 ? seconds * USEC_PER_SEC : DEFAULT_TIMEOUT;
}

static int plan_timeout(struct plan *plan, struct plan_mount *m, uint64_t timeout)
{
	char *value = NULL;
	int r;

	m->timeout = timeout;
	r = options_last_value(
		m->options,
		(option_names){ "comment=systemd.device-timeout", "x-systemd.device-timeout" },
		&value);
	if (r > 0 && timespan_parse(value, &m->timeout) < 0)
		r = refuse(&plan->refusal, "%s=: x-systemd.device-timeout='%.200s' is no time span",
			   m->flags_parameter, value ?: "");
	free(value);
	return r < 0 ? r : 0;
}

static int plan_mount(struct plan *plan, struct plan_mount *m, const struct cmdline *cmdline,
		      uint64_t timeout)
{
	bool is_root = m == &plan->root;
	int r;

	if (!m->ours)
		return 0;

	r = check_mount(plan, m);
	if (r < 0)
		return r;

	r = plan_options(m, is_writable(cmdline), is_root && cmdline->rw >= 0);
	if (r < 0)
		return r;

	m->wait = wait_for_types(m);
	if (asprintf(&m->instance, "%s:%s", m->types, m->source) < 0)
		return -ENOMEM;

	return plan_timeout(plan, m, timeout);
}

static int check_mode(struct plan *plan, const char *parameter, const char *value,
		      const char *const modes[])
{
	for (const char *const *mode = modes; value && *mode; mode++)
		if (streq(value, *mode))
			return 0;

	if (value)
		return refuse(&plan->refusal, "%s=: '%.200s' is no mode", parameter, value);

	return 0;
}

static int check_modes(struct plan *plan, const struct cmdline *cmdline)
{
	int r;

	r = check_mode(plan, "fstag.remount", cmdline->remount,
		       (const char *[]){ "no", "auto", "tmpfs", "bind", NULL });
	if (r < 0)
		return r;

	r = check_mode(plan, "fstag.exitrd", cmdline->exitrd,
		       (const char *[]){ "no", "yes", NULL });
	if (r < 0)
		return r;

	return check_mode(plan, "fstag.release", cmdline->release,
			  (const char *[]){ "auto", "yes", "no", NULL });
}

int plan_make(struct plan *plan, const struct cmdline *cmdline)
{
	uint64_t timeout = timeout_from_rootwait(cmdline->rootwait);
	int r;

	*plan = (struct plan){};
	resolve(plan, cmdline);

	r = check_modes(plan, cmdline);
	if (r < 0)
		return r;
	if (!plan->root.ours && !plan->usr.ours)
		return 0;
	if (cmdline->timeout && timespan_parse(cmdline->timeout, &timeout) < 0)
		return refuse(&plan->refusal, "fstag.timeout=: '%.200s' is no time span",
			      cmdline->timeout);

	r = plan_mount(plan, &plan->root, cmdline, timeout);
	if (r < 0)
		return r;

	return plan_mount(plan, &plan->usr, cmdline, timeout);
}

static void mount_done(struct plan_mount *m)
{
	free(m->options);
	free(m->transport);
	free(m->instance);
	free(m->there_path);
}

void plan_done(struct plan *plan)
{
	mount_done(&plan->root);
	mount_done(&plan->usr);
	free(plan->refusal);
}
