/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "drop-ins.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "place.h"
#include "shares.h"
#include "text.h"
#include "unit-file.h"
#include "wait-unit.h"

/*
 * The mount only wants the wait: if the source does not come, mount(8) says so and fails as it does
 * without fstag, and nothing that happens to the wait unmounts a share that is in use.
 */
static int add_mount(struct outputs *outputs, const char *unit, const struct plan_mount *m)
{
	const struct plan_lines *l = &m->lines;
	const struct unit_line lines[] = {
		LINE("[Unit]"),
		VALUE("Wants=", l->modules),
		VALUE("After=", l->wait_unit ? NULL : l->modules),
		VALUE("Wants=", l->wait_unit),
		VALUE("After=", l->wait_unit),
	};
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s.d/50-fstag.conf", unit) < 0) {
		path = NULL;
		return -ENOMEM;
	}

	return unit_file_add(outputs, path, lines, ELEMENTSOF(lines));
}

/* The first of the shares that have this wait. */
static bool is_first(const struct shares *shares, size_t i)
{
	const char *unit = shares->items[i].mount.lines.wait_unit;

	for (size_t j = 0; j < i; j++) {
		const char *other = shares->items[j].mount.lines.wait_unit;

		if (unit && other && streq(unit, other))
			return false;
	}

	return true;
}

/* /usr has a second unit, unless an entry asks for a mount there itself. */
static bool has_own_unit(const struct shares *shares, const char *unit)
{
	for (size_t i = 0; i < shares->n; i++)
		if (streq(shares->items[i].unit, unit))
			return true;

	return false;
}

int drop_ins_add(struct outputs *outputs, const struct shares *shares)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < shares->n; i++) {
		const struct share *share = &shares->items[i];

		r = add_mount(outputs, share->unit, &share->mount);
		if (r == 0 && streq(share->unit, PLACE_SYSROOT_USR) &&
		    !has_own_unit(shares, PLACE_SYSUSR_USR))
			r = add_mount(outputs, PLACE_SYSUSR_USR, &share->mount);
		if (r == 0 && !share->has_wait_of_root && is_first(shares, i))
			r = wait_unit_add(outputs, &share->mount);
	}

	return r;
}
