/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refusal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "output.h"
#include "plan.h"
#include "targets.h"
#include "text.h"
#include "unit-file.h"

#define FAILED "fstag-failed.service"

/* Quotes it for Environment=. The reason contains parts of the command line, so non-ASCII
 * characters are replaced. */
static char *quote_reason(const char *reason)
{
	char *text = malloc(sizeof "\"FSTAG_REASON=\"" + 2 * strlen(reason)), *out = text;

	if (!text)
		return NULL;

	out = stpcpy(out, "\"FSTAG_REASON=");
	for (; *reason; reason++) {
		if (strchr("\\\"", *reason))
			*out++ = '\\';
		*out++ = *reason < ' ' || *reason > '~' ? '?' : *reason;
	}
	strcpy(out, "\"");
	return text;
}

static int add_reason(struct outputs *outputs, const char *reason)
{
	_cleanup_free_ char *quoted = quote_reason(reason);
	const struct unit_line lines[] = { LINE("[Service]"), VALUE("Environment=", quoted) };

	return quoted ? unit_file_add(outputs, FAILED ".d/50-reason.conf", lines, ELEMENTSOF(lines))
		      : -ENOMEM;
}

/* It never mounts anything: the unit that it requires fails first. */
static int add_failing_mount(struct outputs *outputs, const struct place *place)
{
	const struct unit_line lines[] = {
		LINE("[Unit]"),
		LINE("SourcePath=/proc/cmdline"),
		VALUE("Before=", place->target),
		LINE("Requires=" FAILED),
		LINE("After=" FAILED),
		LINE(""),
		LINE("[Mount]"),
		LINE("What=fstag-failed"),
		VALUE("Where=", place->where),
	};
	int r;

	r = unit_file_add(outputs, place->unit, lines, ELEMENTSOF(lines));
	if (r < 0)
		return r;

	return targets_add_hook(outputs, place->target, "requires", place->unit);
}

/* A foreign sysroot.mount stays as it is, but it has to fail as well; and if it is masked, or
 * nothing requires it, the reason is still printed. */
static int add_failing_drop_in(struct outputs *outputs)
{
	static const struct unit_line lines[] = {
		LINE("[Unit]"),
		LINE("Requires=" FAILED),
		LINE("After=" FAILED),
	};
	int r;

	r = targets_add_hook(outputs, place_root.target, "requires", FAILED);
	if (r < 0)
		return r;

	return unit_file_add(outputs, "sysroot.mount.d/50-fstag-failed.conf", lines,
			     ELEMENTSOF(lines));
}

int refusal_add(struct outputs *outputs, const struct plan *plan)
{
	int r;

	r = add_reason(outputs, plan->refusal);
	if (r == 0)
		r = plan->foreign.sysroot ? add_failing_drop_in(outputs)
					  : add_failing_mount(outputs, &place_root);
	if (r == 0 && plan->usr.ours && !plan->foreign.sysusr_usr)
		r = add_failing_mount(outputs, &place_usr);
	if (r == 0 && plan->usr.ours && !plan->foreign.sysroot_usr)
		r = add_failing_mount(outputs, &place_usr_bind);
	if (r < 0)
		return r;

	return targets_add_root_device(outputs, NULL);
}
