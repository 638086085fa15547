/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "planner.h"

#include <errno.h>
#include <stdlib.h>

#include "cmdline.h"
#include "complaint.h"
#include "foreign.h"
#include "hints.h"
#include "input.h"
#include "mode.h"
#include "modules.h"
#include "mounts.h"
#include "options.h"
#include "plan.h"
#include "resume.h"
#include "spellings.h"
#include "text.h"
#include "there.h"
#include "timeouts.h"
#include "unit-lines.h"

/* A malformed mode counts as not given, with a warning, unless fstag handles the root or /usr. */
static int plan_modes(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
{
	const struct {
		const char *name, *value, *problem;
	} modes[] = {
		{ "fstag.remount", cmdline->remount,
		  remount_mode_parse(cmdline->remount, &plan->remount) },
		{ "fstag.exitrd", cmdline->exitrd,
		  exitrd_mode_parse(cmdline->exitrd, &plan->exitrd) },
		{ "fstag.release", cmdline->release,
		  release_mode_parse(cmdline->release, &plan->release) },
	};

	for (size_t i = 0; i < ELEMENTSOF(modes); i++) {
		struct parameter p;
		int r;

		if (!modes[i].problem)
			continue;

		p = input_find_parameter(input, modes[i].name, modes[i].value);
		r = complaint_refuse_or_ignore(plan, &p, "'%.200s' %s", modes[i].value,
					       modes[i].problem);
		if (r < 0)
			return r;
	}

	return 0;
}

static int plan_parameters(struct plan *plan, const struct cmdline *cmdline,
			   const struct input *input)
{
	uint64_t timeout;
	int r;

	r = plan_modes(plan, cmdline, input);
	if (r < 0)
		return r;

	r = timeouts_find_default(plan, cmdline, input, &timeout);
	if (r < 0)
		return r;

	r = mounts_plan(plan, &plan->root, cmdline, timeout);
	return r < 0 ? r : mounts_plan(plan, &plan->usr, cmdline, timeout);
}

/* The mounts of the plan whose units are to be written. */
static size_t find_written(struct plan *plan, struct plan_mount *ret_mounts[static 2])
{
	size_t n = 0;

	if (plan->root.ours && !plan->foreign.sysroot)
		ret_mounts[n++] = &plan->root;
	if (plan->usr.ours && !plan->foreign.sysusr_usr)
		ret_mounts[n++] = &plan->usr;
	return n;
}

static int plan_units(struct plan *plan)
{
	struct plan_mount *mounts[2];
	size_t n = find_written(plan, mounts);

	for (size_t i = 0; i < n; i++) {
		int r = unit_lines_plan(plan, mounts[i]);

		if (r < 0)
			return r;
	}

	/* From here on nothing is refused. */
	for (size_t i = 0; i < n; i++) {
		int r = there_look(mounts[i]);

		if (r == 0)
			r = modules_plan(mounts[i]);
		if (r < 0)
			return r;
	}

	return 0;
}

int plan_make(struct plan *plan, const struct cmdline *cmdline, const struct input *input,
	      const char *early_dir)
{
	int r;

	*plan = (struct plan){};
	spellings_resolve(plan, cmdline, input);
	r = plan_parameters(plan, cmdline, input);
	if (r == 0)
		hints_log(plan, cmdline);

	/* The units of a refusal depend on them as well. */
	foreign_look(plan, early_dir);
	if (r < 0)
		return r;

	r = plan_units(plan);
	if (r < 0)
		return r;

	resume_plan(plan, cmdline, input);
	plan->remount_is_first = plan->remount != REMOUNT_NO || foreign_enables_remount(early_dir);
	return 0;
}
