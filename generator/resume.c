/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resume.h"

#include <stdbool.h>
#include <stddef.h>

#include "cmdline.h"
#include "complaint.h"
#include "fs-type.h"
#include "input.h"
#include "output.h"
#include "plan.h"
#include "text.h"

/* The server of a virtiofs or 9p share ends with the machine, and only it knows what the files are
 * that the guest has open. Other types keep nothing outside the guest but the data. */
static bool can_resume(const char *types)
{
	FOREACH_ITEM (type, length, types) {
		const struct fs_type *known = fs_type_find(type, length);

		if (!known || !known->virtio_id)
			return true;
	}

	return false;
}

void resume_plan(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
{
	const struct plan_mount *root = &plan->root;
	struct parameter p;

	if (!cmdline->resume || cmdline->noresume || !root->ours || plan->foreign.sysroot ||
	    can_resume(root->types))
		return;

	plan->masks_resume = true;
	p = input_find_parameter(input, "resume", cmdline->resume);
	complaint_ignore(&p, "'%.200s' cannot contain a system whose root is virtiofs or 9p",
			 cmdline->resume);
}

int resume_mask(struct outputs *outputs)
{
	/* systemd 252 has an instance for each device, later versions have one service. */
	static const char *const units[] = { "systemd-hibernate-resume.service",
					     "systemd-hibernate-resume@.service" };

	for (size_t i = 0; i < ELEMENTSOF(units); i++) {
		int r = outputs_add(outputs, OUTPUT_LINK, strdup("/dev/null"), "%s", units[i]);

		if (r < 0)
			return r;
	}

	return 0;
}
