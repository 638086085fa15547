/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "output.h"
#include "plan.h"
#include "targets.h"
#include "text.h"
#include "timeouts.h"
#include "unit-file.h"
#include "wait-unit.h"

#define NETWORK_TARGET "network-online.target"

static int add_hooks(struct outputs *outputs, char *const *targets, const char *kind,
		     const char *unit)
{
	for (; targets && *targets; targets++) {
		int r = targets_add_hook(outputs, *targets, kind, unit);

		if (r < 0)
			return r;
	}

	return 0;
}

/*
 * The mount only wants the modules, because one that is built in, or that the image lacks, is no
 * reason to give up. A mount that waits for its source need not come after them: the source is
 * available when its driver is, and the modules of the other types can load later.
 */
static int add_mount_file(struct outputs *outputs, const struct plan_mount *m,
			  const struct place *place, const char *target)
{
	const struct plan_lines *l = &m->lines;
	const char *network = m->wait == PLAN_WAIT_NETWORK ? NETWORK_TARGET : NULL;
	char timeout[TIMESPAN_MAX];
	const struct unit_line lines[] = {
		LINE("[Unit]"),
		VALUE(place->description, m->source),
		LINE("Documentation=man:fstag.cmdline(7) man:fstag-generator(8)"),
		LINE("SourcePath=/proc/cmdline"),
		/* Without a target, another unit pulls in the mount at another time. */
		LINE_IF("DefaultDependencies=no", !target),
		LINE_IF("Conflicts=umount.target", !target),
		LINE_IF("Before=umount.target", !target),
		VALUE("After=", l->after),
		VALUE("Requires=", l->requires),
		VALUE("After=", l->requires),
		VALUE("Wants=", l->wants),
		VALUE("After=", l->wants),
		VALUE("Before=", l->before),
		VALUE("RequiresMountsFor=", l->requires_mounts_for),
		VALUE("WantsMountsFor=", l->wants_mounts_for),
		VALUE("Before=", m->nofail ? NULL : target),
		LINE("After=imports.target"),
		VALUE("Wants=", l->modules),
		VALUE("After=", m->wait == PLAN_WAIT_SOURCE ? NULL : l->modules),
		VALUE("Requires=", l->wait_unit),
		VALUE("After=", l->wait_unit),
		VALUE("Wants=", network),
		VALUE("After=", network),
		LINE(""),
		LINE("[Mount]"),
		ARGUMENT("What=", m->source),
		ARGUMENT("Where=", place->where),
		ARGUMENT("Type=", l->type),
		VALUE("TimeoutSec=", l->timeout > 0 ? timeout : NULL),
		ARGUMENT("Options=", l->options),
	};

	timespan_format(l->timeout, timeout);
	return unit_file_add(outputs, place->unit, lines, ELEMENTSOF(lines));
}

static int add_mount(struct outputs *outputs, const struct plan_mount *m, const struct place *place)
{
	bool is_hooked = m->lines.wanted_by || m->lines.required_by;
	const char *target = is_hooked ? NULL : place->target;
	int r;

	r = add_hooks(outputs, m->lines.wanted_by, "wants", place->unit);
	if (r == 0)
		r = add_hooks(outputs, m->lines.required_by, "requires", place->unit);
	if (r == 0)
		r = add_mount_file(outputs, m, place, target);
	if (r < 0 || !target)
		return r;

	return targets_add_hook(outputs, target, m->nofail ? "wants" : "requires", place->unit);
}

static int add_root(struct outputs *outputs, const struct plan *plan)
{
	const struct plan_mount *m = &plan->root;
	int r = 0;

	if (!plan->foreign.sysroot) {
		r = wait_unit_add(outputs, m);
		if (r == 0)
			r = add_mount(outputs, m, &place_root);
		/* Units that order themselves after /usr still find it mounted. */
		if (r == 0 && !plan->usr_requested)
			r = targets_add_hook(outputs, place_usr.target, "requires",
					     place_root.unit);
	}
	if (r < 0)
		return r;

	return targets_add_root_device(outputs, m->lines.wait_unit);
}

static int add_usr_bind(struct outputs *outputs)
{
	const struct place *place = &place_usr_bind;
	const struct unit_line lines[] = {
		LINE("[Unit]"),
		LINE(place->description),
		LINE("Documentation=man:fstag.cmdline(7) man:fstag-generator(8)"),
		LINE("SourcePath=/proc/cmdline"),
		VALUE("Before=", place->target),
		LINE(""),
		LINE("[Mount]"),
		VALUE("What=", place_usr.where),
		VALUE("Where=", place->where),
		LINE("Options=bind"),
	};
	int r;

	r = unit_file_add(outputs, place->unit, lines, ELEMENTSOF(lines));
	if (r < 0)
		return r;

	return targets_add_hook(outputs, place->target, "requires", place->unit);
}

/* If both mounts wait for the same source, there is one wait, with the time-out of the root. */
static bool has_wait_of_root(const struct plan *plan)
{
	const char *root = plan->root.lines.wait_unit, *usr = plan->usr.lines.wait_unit;

	return root && usr && streq(root, usr);
}

static int add_usr(struct outputs *outputs, const struct plan *plan)
{
	int r = 0;

	if (!plan->foreign.sysusr_usr) {
		if (!has_wait_of_root(plan))
			r = wait_unit_add(outputs, &plan->usr);
		if (r == 0)
			r = add_mount(outputs, &plan->usr, &place_usr);
	}
	if (r < 0 || plan->foreign.sysroot_usr)
		return r;

	return add_usr_bind(outputs);
}

int units_add(struct outputs *outputs, const struct plan *plan)
{
	int r = 0;

	if (plan->root.ours)
		r = add_root(outputs, plan);
	if (r == 0 && plan->usr.ours)
		r = add_usr(outputs, plan);

	return r;
}
