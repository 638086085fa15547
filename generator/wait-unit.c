/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wait-unit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "output.h"
#include "plan.h"
#include "text.h"
#include "timespan.h"
#include "unit-file.h"
#include "unit-name.h"

int wait_unit_name(struct plan *plan, const struct plan_mount *m, char **ret_unit)
{
	int r;

	*ret_unit = NULL;
	if (m->wait != PLAN_WAIT_SOURCE)
		return 0;

	r = unit_name_of_instance("fstag-wait@", m->instance, strlen(m->instance), ".service",
				  ret_unit);
	/* The directory of its drop-in has a longer name than the unit. */
	if (r == -ENAMETOOLONG || (r == 0 && strlen(*ret_unit) + strlen(".d") > NAME_MAX))
		return refuse(plan, &m->source_parameter,
			      "the source '%.200s' makes too long a unit name", m->source);

	return r;
}

int wait_unit_add_drop_in(struct outputs *outputs, const struct plan_mount *m,
			  const char *wait_unit)
{
	_cleanup_(unit_file_done) struct unit_file unit = {};
	_cleanup_free_ char *path = NULL;
	char buffer[TIMESPAN_MAX];
	int r;

	if (asprintf(&path, "%s.d/50-timeout.conf", wait_unit) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	r = unit_file_open(&unit);
	if (r < 0)
		return r;

	if (m->there_path)
		(void)fprintf(unit.file, "[Unit]\nConditionPathExists=!%s\n\n", m->there_path);
	timespan_format(m->timeout, buffer);
	(void)fprintf(unit.file, "[Service]\nTimeoutStartSec=%s\n", buffer);
	return unit_file_add(&unit, outputs, path);
}
