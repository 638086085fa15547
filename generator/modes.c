/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modes.h"

#include "cmdline.h"
#include "mode.h"
#include "plan.h"
#include "text.h"

int modes_plan(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
{
	int remount = cmdline->remount ? remount_mode_from_string(cmdline->remount) : REMOUNT_NO;
	int exitrd = cmdline->exitrd ? exitrd_mode_from_string(cmdline->exitrd) : 0;
	int release = cmdline->release ? release_mode_from_string(cmdline->release) : RELEASE_AUTO;
	const struct {
		const char *name, *value, *words;
		bool is_wrong;
	} modes[] = {
		{ "fstag.remount", cmdline->remount, REMOUNT_MODE_WORDS, remount < 0 },
		{ "fstag.exitrd", cmdline->exitrd, EXITRD_MODE_WORDS, exitrd < 0 },
		{ "fstag.release", cmdline->release, RELEASE_MODE_WORDS, release < 0 },
	};

	for (size_t i = 0; i < ELEMENTSOF(modes); i++) {
		struct parameter p;
		int r;

		if (!modes[i].is_wrong)
			continue;

		p = parameter_of(input, modes[i].name, modes[i].value);
		r = refuse_or_ignore(plan, &p, "'%.200s' is none of %s", modes[i].value,
				     modes[i].words);
		if (r < 0)
			return r;
	}

	plan->remount = remount < 0 ? REMOUNT_NO : remount;
	plan->exitrd = exitrd > 0;
	plan->release = release < 0 ? RELEASE_AUTO : release;
	return 0;
}
