/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cleanup.h"
#include "dependencies.h"
#include "modules.h"
#include "options.h"
#include "output.h"
#include "percent.h"
#include "plan.h"
#include "targets.h"
#include "text.h"
#include "timespan.h"
#include "unit-file.h"
#include "wait-unit.h"

#define SECTION_UNIT                                                                               \
	"[Unit]\n"                                                                                 \
	"Documentation=man:fstag.cmdline(7) man:fstag-generator(8)\n"                              \
	"SourcePath=/proc/cmdline\n"

static int put_timeout(FILE *file, const struct plan_mount *m)
{
	_cleanup_free_ char *value = NULL;
	char buffer[TIMESPAN_MAX];
	uint64_t usec;
	int r;

	r = options_last_value(m->options, (option_names){ "x-systemd.mount-timeout" }, &value);
	if (r <= 0)
		return r;

	/* Where it is malformed, systemd goes on without it. */
	if (timespan_parse(value, &usec) == 0) {
		timespan_format(usec, buffer);
		(void)fprintf(file, "TimeoutSec=%s\n", buffer);
	}
	return 0;
}

/* mount(8) is not to see a list: it would take the source for a path then, from PID 1's directory,
 * and stop at the first error but a few. */
static bool has_helper(const struct plan_mount *m)
{
	return strchr(m->types, ',');
}

/* What mount.fstag is to mount, in an option that no mount(8) and no PID 1 takes apart. */
static int append_source(char **options, const struct plan_mount *m)
{
	_cleanup_free_ char *source = percent_encode(m->source, LETTERS DIGITS "_.-:/"),
			    *types = strdup(m->types), *option = NULL;

	if (!source || !types)
		return -ENOMEM;

	for (char *p = types; (p = strchr(p, ',')); p++)
		*p = '+';
	if (asprintf(&option, "fstag=%s:%s", types, source) < 0) {
		option = NULL;
		return -ENOMEM;
	}

	return options_append(options, option);
}

static int put_options(struct unit_file *unit, struct plan *plan, const struct plan_mount *m)
{
	_cleanup_free_ char *options = NULL;
	const char *reason;
	int r;

	r = options_without(
		m->options,
		(option_names){ "comment=systemd.device-timeout", "x-systemd.device-timeout" },
		&options);
	if (r < 0)
		return r;

	reason = check_value(options);
	if (reason)
		return refuse(plan, &m->flags_parameter, "'%.200s' %s", options, reason);

	if (has_helper(m)) {
		r = append_source(&options, m);
		if (r < 0)
			return r;
	}
	if (*options && !streq(options, "defaults"))
		unit_file_put(unit, "Options", options);
	return 0;
}

static void put_wait(FILE *file, const struct plan_mount *m, const char *wait_unit)
{
	if (wait_unit)
		(void)fprintf(file, "Requires=%1$s\nAfter=%1$s\n", wait_unit);
	else if (m->wait == PLAN_WAIT_NETWORK)
		(void)fputs("Wants=network-online.target\nAfter=network-online.target\n", file);
}

static int put_section_unit(FILE *file, struct plan *plan, const struct plan_mount *m,
			    const char *target, const char *wait_unit)
{
	int r;

	(void)fputs(SECTION_UNIT, file);
	/* Without a target, somebody else pulls the mount in, at a time of their own. */
	if (!target)
		(void)fputs("DefaultDependencies=no\n"
			    "Conflicts=umount.target\n"
			    "Before=umount.target\n",
			    file);
	r = dependencies_put(file, plan, m);
	if (r < 0)
		return r;

	if (target && !m->nofail)
		(void)fprintf(file, "Before=%s\n", target);
	(void)fputs("After=imports.target\n", file);
	r = modules_put(file, m);
	if (r < 0)
		return r;

	put_wait(file, m, wait_unit);
	return 0;
}

static int put_section_mount(struct unit_file *unit, struct plan *plan, const struct plan_mount *m,
			     const char *where)
{
	int r;

	(void)fputs("\n[Mount]\n", unit->file);
	unit_file_put(unit, "What", m->source);
	unit_file_put(unit, "Where", where);
	unit_file_put(unit, "Type", has_helper(m) ? "fstag" : m->types);
	r = put_timeout(unit->file, m);
	if (r < 0)
		return r;

	return put_options(unit, plan, m);
}

static int add_mount(struct outputs *outputs, struct plan *plan, const struct plan_mount *m,
		     const struct place *place, const char *wait_unit)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	const char *target = place->target;
	int r;

	r = dependencies_add_hooks(outputs, plan, m, place->unit);
	if (r < 0)
		return r;
	if (r > 0)
		target = NULL;

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	r = put_section_unit(unit.file, plan, m, target, wait_unit);
	if (r < 0)
		return r;

	r = put_section_mount(&unit, plan, m, place->where);
	if (r < 0)
		return r;

	r = unit_file_add(&unit, outputs, place->unit);
	if (r < 0 || !target)
		return r;

	return targets_add_hook(outputs, target, m->nofail ? "wants" : "requires", place->unit);
}

static int add_waited_mount(struct outputs *outputs, struct plan *plan, const struct plan_mount *m,
			    const struct place *place, bool has_wait, char **ret_wait_unit)
{
	int r;

	r = wait_unit_name(plan, m, ret_wait_unit);
	if (r < 0)
		return r;
	if (*ret_wait_unit && !has_wait) {
		r = wait_unit_add_drop_in(outputs, m, *ret_wait_unit);
		if (r < 0)
			return r;
	}

	return add_mount(outputs, plan, m, place, *ret_wait_unit);
}

static int add_root(struct outputs *outputs, struct plan *plan, const struct foreign_units *foreign)
{
	_cleanup_free_ char *wait_unit = NULL;
	int r = 0;

	if (!foreign->sysroot) {
		r = add_waited_mount(outputs, plan, &plan->root, &place_root, false, &wait_unit);
		/* What orders itself after /usr still finds it mounted. */
		if (r == 0 && !plan->usr_requested)
			r = targets_add_hook(outputs, place_usr.target, "requires",
					     place_root.unit);
	}
	if (r < 0)
		return r;

	return targets_add_root_device(outputs, wait_unit);
}

static int add_usr_bind(struct outputs *outputs)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	const struct place *place = &place_usr_bind;
	int r;

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	(void)fprintf(unit.file,
		      SECTION_UNIT "Before=%s\n\n[Mount]\nWhat=%s\nWhere=%s\nOptions=bind\n",
		      place->target, place_usr.where, place->where);
	r = unit_file_add(&unit, outputs, place->unit);
	if (r < 0)
		return r;

	return targets_add_hook(outputs, place->target, "requires", place->unit);
}

/* One source that both mounts wait for has one wait, with the time-out of the root's. */
static bool root_has_same_wait(const struct plan *plan, const struct foreign_units *foreign)
{
	return plan->root.ours && !foreign->sysroot && plan->root.wait == PLAN_WAIT_SOURCE &&
	       streq(plan->root.instance, plan->usr.instance);
}

static int add_usr(struct outputs *outputs, struct plan *plan, const struct foreign_units *foreign)
{
	_cleanup_free_ char *wait_unit = NULL;
	int r = 0;

	if (!foreign->sysusr_usr)
		r = add_waited_mount(outputs, plan, &plan->usr, &place_usr,
				     root_has_same_wait(plan, foreign), &wait_unit);
	if (r < 0 || foreign->sysroot_usr)
		return r;

	return add_usr_bind(outputs);
}

int units_for_plan(struct outputs *outputs, struct plan *plan, const struct foreign_units *foreign)
{
	int r = 0;

	if (plan->root.ours)
		r = add_root(outputs, plan, foreign);
	if (r == 0 && plan->usr.ours)
		r = add_usr(outputs, plan, foreign);

	return r;
}
