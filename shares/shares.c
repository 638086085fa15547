/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shares.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "cleanup.h"
#include "cmdline.h"
#include "complaint.h"
#include "entries.h"
#include "input.h"
#include "log.h"
#include "modules.h"
#include "mounts.h"
#include "options.h"
#include "spellings.h"
#include "text.h"
#include "there.h"
#include "timeouts.h"
#include "wait-unit.h"

/* The rest of what the root waits for is about the root alone: rootwait, dracut's rd.timeout=. */
static uint64_t find_default_timeout(const struct cmdline *cmdline, const struct input *input)
{
	const struct {
		const char *name, *value;
	} parameters[] = {
		{ "fstag.timeout", cmdline->timeout },
		{ "systemd.default_device_timeout_sec", cmdline->device_timeout },
	};
	uint64_t usec;

	for (size_t i = 0; i < ELEMENTSOF(parameters); i++) {
		struct parameter p;

		if (!parameters[i].value)
			continue;
		if (timespan_parse(parameters[i].value, &usec) == 0)
			return usec;

		p = input_find_parameter(input, parameters[i].name, parameters[i].value);
		complaint_ignore(&p, "'%.200s' is not a valid time span", parameters[i].value);
	}

	return DEFAULT_TIMEOUT;
}

static int plan_timeout(struct plan_mount *m, const struct entry *entry, uint64_t timeout)
{
	_cleanup_free_ char *value = NULL;
	int r;

	m->timeout = timeout;
	r = timeouts_read_option(entry->options, &value, &m->timeout);
	if (r != -EINVAL)
		return r < 0 ? r : 0;

	log_warning("%s: x-systemd.device-timeout='%.200s' is not a valid time span, ignoring",
		    entry->origin, value ?: "");
	return 0;
}

static int plan_wait(struct plan_mount *m, const struct entry *entry, uint64_t timeout)
{
	const char *reason = check_source(m->source, m->types);
	int r;

	if (!reason) {
		r = wait_unit_name(m->types, m->source, &m->lines.wait_unit);
		if (r == -ENAMETOOLONG)
			reason = "is too long for a unit name";
		else if (r < 0)
			return r;
	}
	if (reason) {
		log_warning("%s: the source '%.200s' %s, not waiting for it", entry->origin,
			    m->source, reason);
		m->wait = PLAN_WAIT_NONE;
		return 0;
	}

	r = plan_timeout(m, entry, timeout);
	return r < 0 ? r : there_look(m);
}

static int plan_share(struct plan_mount *m, const struct entry *entry, uint64_t timeout)
{
	int r;

	m->source = entry->what;
	m->types = entry->type;
	r = options_last_value(entry->options, (option_names){ "trans" }, &m->transport);
	if (r < 0)
		return r;

	m->wait = mounts_find_wait(m);
	r = m->wait == PLAN_WAIT_SOURCE ? plan_wait(m, entry, timeout) : 0;
	return r < 0 ? r : modules_plan(m);
}

/* Mounts of the same source have one wait, which must not end before the last of them gives up. */
static void join_waits(struct shares *shares)
{
	for (size_t i = 0; i < shares->n; i++)
		for (size_t j = 0; j < shares->n; j++) {
			struct plan_mount *a = &shares->items[i].mount,
					  *b = &shares->items[j].mount;

			if (a->lines.wait_unit && b->lines.wait_unit && b->timeout > a->timeout &&
			    streq(a->lines.wait_unit, b->lines.wait_unit))
				a->timeout = b->timeout;
		}
}

/* Whether the mount, of the root or of /usr, has the same wait. */
static int has_wait(const struct plan_mount *m, const char *wait_unit)
{
	_cleanup_free_ char *unit = NULL;
	int r = m->ours ? wait_unit_name(m->types, m->source, &unit) : 0;

	return r == -ENOMEM ? r : unit && streq(unit, wait_unit);
}

static int find_waits_of_root(struct shares *shares, const struct cmdline *cmdline,
			      const struct input *input)
{
	_cleanup_(plan_done) struct plan plan = {};
	int r = 0;

	spellings_resolve(&plan, cmdline, input);
	for (size_t i = 0; r >= 0 && i < shares->n; i++) {
		struct share *share = &shares->items[i];
		const char *wait_unit = share->mount.lines.wait_unit;

		r = wait_unit ? has_wait(&plan.root, wait_unit) : 0;
		if (r == 0 && wait_unit)
			r = has_wait(&plan.usr, wait_unit);
		share->has_wait_of_root = r > 0;
	}

	return r < 0 ? r : 0;
}

int shares_plan(struct shares *shares, const struct entries *entries, const struct cmdline *cmdline,
		const struct input *input, bool is_initrd)
{
	uint64_t timeout = find_default_timeout(cmdline, input);

	shares->items = calloc(entries->n, sizeof *shares->items);
	if (!shares->items)
		return -ENOMEM;

	for (size_t i = 0; i < entries->n; i++) {
		const struct entry *entry = &entries->items[i];
		struct share *share = &shares->items[shares->n];
		int r;

		if (!entry->unit || !entry_is_share(entry))
			continue;

		shares->n++;
		share->unit = entry->unit;
		r = plan_share(&share->mount, entry, timeout);
		if (r < 0)
			return r;
	}

	join_waits(shares);
	return is_initrd ? find_waits_of_root(shares, cmdline, input) : 0;
}

void shares_done(struct shares *shares)
{
	for (size_t i = 0; i < shares->n; i++)
		plan_mount_done(&shares->items[i].mount);
	free(shares->items);
}
