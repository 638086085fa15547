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
#include "timeouts.h"
#include "unit-file.h"
#include "unit-name.h"

int wait_unit_name(const char *types, const char *source, char **ret_name)
{
	_cleanup_free_ char *instance = NULL, *name = NULL;
	int r;

	if (asprintf(&instance, "%s:%s", types, source) < 0) {
		instance = NULL;
		return -ENOMEM;
	}

	r = unit_name_of_instance("fstag-wait@", instance, strlen(instance), ".service", &name);
	if (r < 0)
		return r;

	/* The directory of its drop-in has a longer name than the unit. */
	if (strlen(name) + strlen(".d") > NAME_MAX)
		return -ENAMETOOLONG;

	*ret_name = TAKE_PTR(name);
	return 0;
}

int wait_unit_add(struct outputs *outputs, const struct plan_mount *m)
{
	bool has_condition = m->there_path, has_timeout = m->timeout != DEFAULT_TIMEOUT;
	bool has_service = m->servers || has_timeout;
	_cleanup_free_ char *path = NULL;
	char timeout[TIMESPAN_MAX];
	const struct unit_line lines[] = {
		/* Whether it runs at all. */
		LINE_IF("[Unit]", has_condition),
		VALUE("ConditionPathExists=!", m->there_path),
		LINE_IF("", has_condition && has_service),
		/* What it waits for, and how long. */
		LINE_IF("[Service]", has_service),
		VALUE("Environment=FSTAG_SERVERS=", m->servers),
		VALUE("TimeoutStartSec=", has_timeout ? timeout : NULL),
	};

	if (!m->lines.wait_unit || (!has_condition && !has_service))
		return 0;

	if (asprintf(&path, "%s.d/50-timeout.conf", m->lines.wait_unit) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	timespan_format(m->timeout, timeout);
	return unit_file_add(outputs, path, lines, ELEMENTSOF(lines));
}
