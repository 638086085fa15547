/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <stdlib.h>

#include "options.h"
#include "text.h"

static void lines_done(struct plan_lines *lines)
{
	char *const owned[] = {
		lines->after,
		lines->requires,
		lines->wants,
		lines->before,
		lines->requires_mounts_for,
		lines->wants_mounts_for,
		lines->modules,
		lines->wait_unit,
		lines->options,
	};

	for (size_t i = 0; i < ELEMENTSOF(owned); i++)
		free(owned[i]);
	options_free_values(&lines->wanted_by);
	options_free_values(&lines->required_by);
}

void plan_mount_done(struct plan_mount *m)
{
	lines_done(&m->lines);
	free(m->options);
	free(m->transport);
	free(m->servers);
	free(m->there_path);
}

void plan_done(struct plan *plan)
{
	plan_mount_done(&plan->root);
	plan_mount_done(&plan->usr);
	free(plan->refusal);
}
