/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modes.h"

#include "cmdline.h"
#include "mode.h"
#include "plan.h"
#include "text.h"

int modes_plan(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
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

		p = parameter_of(input, modes[i].name, modes[i].value);
		r = refuse_or_ignore(plan, &p, "'%.200s' %s", modes[i].value, modes[i].problem);
		if (r < 0)
			return r;
	}

	return 0;
}
