/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "output.h"
#include "plan.h"
#include "targets.h"
#include "unit-file.h"
#include "units.h"

#define REQUIRE_FAILED "Requires=fstag-failed.service\nAfter=fstag-failed.service\n"

/* The reason quotes the command line, so what is not plain ASCII has to go. */
static void put_reason(FILE *file, const char *reason)
{
	for (; *reason; reason++)
		if (*reason < ' ' || *reason > '~')
			(void)fputc('?', file);
		else if (strchr("\\\"", *reason))
			(void)fprintf(file, "\\%c", *reason);
		else if (*reason == '%')
			(void)fputs("%%", file);
		else
			(void)fputc(*reason, file);
}

static int add_reason(struct outputs *outputs, const char *reason)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	int r;

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	(void)fputs("[Service]\nEnvironment=\"FSTAG_REASON=", unit.file);
	put_reason(unit.file, reason);
	(void)fputs("\"\n", unit.file);
	return unit_file_add(&unit, outputs, "fstag-failed.service.d/50-reason.conf");
}

/* Nothing is ever mounted from it: what it requires fails first. */
static int add_failing_mount(struct outputs *outputs, const struct place *place)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	int r;

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	(void)fprintf(unit.file,
		      "[Unit]\nSourcePath=/proc/cmdline\nBefore=%s\n" REQUIRE_FAILED "\n"
		      "[Mount]\nWhat=fstag-failed\nWhere=%s\n",
		      place->target, place->where);
	r = unit_file_add(&unit, outputs, place->unit);
	if (r < 0)
		return r;

	return targets_add_hook(outputs, place->target, "requires", place->unit);
}

/* Somebody else's sysroot.mount stays as it is, but it has to fail as well; and where it is masked,
 * or nobody requires it, the reason is told all the same. */
static int add_failing_drop_in(struct outputs *outputs)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	int r;

	r = targets_add_hook(outputs, place_root.target, "requires", "fstag-failed.service");
	if (r < 0)
		return r;

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	(void)fputs("[Unit]\n" REQUIRE_FAILED, unit.file);
	return unit_file_add(&unit, outputs, "sysroot.mount.d/50-fstag-failed.conf");
}

int refusal_add_units(struct outputs *outputs, const struct plan *plan,
		      const struct foreign_units *foreign)
{
	int r;

	r = add_reason(outputs, plan->refusal);
	if (r == 0)
		r = foreign->sysroot ? add_failing_drop_in(outputs)
				     : add_failing_mount(outputs, &place_root);
	if (r == 0 && plan->usr.ours && !foreign->sysusr_usr)
		r = add_failing_mount(outputs, &place_usr);
	if (r == 0 && plan->usr.ours && !foreign->sysroot_usr)
		r = add_failing_mount(outputs, &place_usr_bind);
	if (r < 0)
		return r;

	return targets_add_root_device(outputs, NULL);
}
