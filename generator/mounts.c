/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cmdline.h"
#include "complaint.h"
#include "fs-type.h"
#include "options.h"
#include "plan.h"
#include "servers.h"
#include "text.h"
#include "timeouts.h"

/* With a verity hash and no root=, the root is a device-mapper node and read-only
 * (determine_device() in systemd-fstab-generator). */
static bool is_writable(const struct cmdline *cmdline)
{
	return cmdline->rw > 0 && (cmdline->root.what || !cmdline->roothash || !cmdline->verity);
}

/* An NFS mount with "bg" keeps trying without PID 1 knowing, so it becomes one that may fail, in
 * the foreground, without a limit, as in systemd-fstab-generator. */
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

/* force_rw: ro and rw on the command line take precedence over those in the flags. Only for root=.
 */
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

/* If root= is a tag only because of the type, the message has to name the type. */
static int refuse_source(struct plan *plan, const struct plan_mount *m, const char *reason)
{
	if (m->is_tag_by_type)
		return complaint_refuse(
			plan, &m->types_parameter,
			"'%.200s' makes the value of " PARAMETER_FORMAT " a tag, but '%.200s' %s",
			m->types, PARAMETER_ARGUMENTS(&m->source_parameter), m->source, reason);

	return complaint_refuse(plan, &m->source_parameter, "the source '%.200s' %s", m->source,
				reason);
}

static int check_mount(struct plan *plan, const struct plan_mount *m)
{
	const char *reason = check_types(m->types);

	if (reason)
		return complaint_refuse(plan, &m->types_parameter, "'%.200s' %s", m->types, reason);

	reason = check_source(m->source, m->types);
	if (reason)
		return refuse_source(plan, m, reason);

	reason = m->flags ? check_value(m->flags) : NULL;
	if (reason)
		return complaint_refuse(plan, &m->flags_parameter, "'%.200s' %s", m->flags, reason);

	return 0;
}

/* If any type of the list needs the network, the mount waits for the network. Otherwise it waits
 * for a device that one of the types can be mounted from. */
enum plan_wait mounts_find_wait(const struct plan_mount *m)
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

	/* trans= means 9p, even in a list. */
	return has_other_transport ? PLAN_WAIT_NONE : wait;
}

int mounts_plan(struct plan *plan, struct plan_mount *m, const struct cmdline *cmdline,
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

	/* mount(8) does not pass it on if it calls a helper, as it does for a list. */
	if (strchr(m->types, ',') && options_have(m->options, (option_names){ "X-mount.subdir" }))
		return complaint_refuse(
			plan, &m->flags_parameter,
			"X-mount.subdir= requires a single type, not the list '%.200s'", m->types);

	m->wait = mounts_find_wait(m);
	/* One that may fail must not delay the boot. */
	if (m->wait == PLAN_WAIT_NETWORK && !m->nofail) {
		r = servers_find(m->types, m->source, m->options, m->transport, &m->servers);
		if (r < 0)
			return r;
	}

	return timeouts_plan(plan, m, timeout);
}
