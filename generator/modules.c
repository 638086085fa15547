/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cleanup.h"
#include "fs-type.h"
#include "plan.h"
#include "text.h"
#include "unit-name.h"

/* Two types may share a module, whose unit is then already in the list. */
static bool has_unit(const char *units, const char *unit)
{
	const char *found = strstr(units, unit);

	return found && (found == units || found[-1] == ' ');
}

/* Appends the names of the units for one type to *units. */
static int add_units(char **units, const char *type, size_t length, const char *transport)
{
	struct fs_module modules[FS_TYPE_MODULES_MAX];
	size_t n = fs_type_modules(type, length, transport, modules);

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *unit = NULL;
		int r;

		r = unit_name_of_instance("modprobe@", modules[i].name, modules[i].length,
					  ".service", &unit);
		if (r == 0 && !(*units && has_unit(*units, unit)))
			r = unit_names_append(units, unit);
		if (r < 0)
			return r;
	}

	return 0;
}

int modules_plan(struct plan_mount *m)
{
	if (m->there_path)
		return 0;

	FOREACH_ITEM (type, length, m->types) {
		int r = add_units(&m->lines.modules, type, length, m->transport);

		if (r < 0)
			return r;
	}

	return 0;
}
