/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dependencies.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "check.h"
#include "cleanup.h"
#include "options.h"
#include "output.h"
#include "plan.h"
#include "text.h"
#include "unit-name.h"

#define _cleanup_values_ _cleanup_(options_free_values)

static int refuse_value(struct plan *plan, const struct plan_mount *m, const char *option,
			const char *value, const char *reason)
{
	return refuse(plan, &m->flags_parameter, "%s='%.200s' %s", option, value, reason);
}

/* Writes one directive for each name in directives, with all units of the option. */
static int put_units(FILE *file, struct plan *plan, const struct plan_mount *m, const char *option,
		     const char *const directives[2])
{
	_cleanup_values_ char **values = NULL;
	int n, r;

	n = options_values(m->options, option, &values);
	if (n < 0)
		return n;

	for (int i = 0; i < n; i++) {
		char *name;

		r = unit_name_mangle(values[i], &name);
		if (r == -EINVAL)
			return refuse_value(plan, m, option, values[i], "is no unit");
		if (r < 0)
			return r;

		free(values[i]);
		values[i] = name;
	}

	for (int d = 0; n > 0 && d < 2 && directives[d]; d++) {
		(void)fprintf(file, "%s=", directives[d]);
		for (int i = 0; i < n; i++)
			(void)fprintf(file, "%s%s", i > 0 ? " " : "", values[i]);
		(void)fputc('\n', file);
	}
	return 0;
}

static int put_paths(FILE *file, struct plan *plan, const struct plan_mount *m, const char *option,
		     const char *directive)
{
	_cleanup_values_ char **values = NULL;
	int n = options_values(m->options, option, &values);

	if (n <= 0)
		return n;

	(void)fprintf(file, "%s=", directive);
	for (int i = 0; i < n; i++) {
		if (check_value(values[i]))
			return refuse_value(plan, m, option, values[i], check_value(values[i]));

		if (i > 0)
			(void)fputc(' ', file);
		for (const char *p = values[i]; *p; p++)
			(void)fprintf(file, *p == '%' ? "%%%%" : "%c", *p);
	}
	(void)fputc('\n', file);
	return 0;
}

int dependencies_put(FILE *file, struct plan *plan, const struct plan_mount *m)
{
	static const struct {
		const char *option;
		const char *directives[2];
	} units[] = {
		{ "x-systemd.after", { "After" } },
		{ "x-systemd.requires", { "Requires", "After" } },
		{ "x-systemd.wants", { "Wants", "After" } },
		{ "x-systemd.before", { "Before" } },
	};
	int r;

	for (size_t i = 0; i < ELEMENTSOF(units); i++) {
		r = put_units(file, plan, m, units[i].option, units[i].directives);
		if (r < 0)
			return r;
	}

	r = put_paths(file, plan, m, "x-systemd.requires-mounts-for", "RequiresMountsFor");
	if (r < 0)
		return r;

	return put_paths(file, plan, m, "x-systemd.wants-mounts-for", "WantsMountsFor");
}

static int add_hooks(struct outputs *outputs, struct plan *plan, const struct plan_mount *m,
		     const char *unit, const char *option, const char *kind)
{
	_cleanup_values_ char **values = NULL;
	int n = options_values(m->options, option, &values);

	for (int i = 0; i < n; i++) {
		char *link;
		int r;

		/* It becomes the name of a directory, so it has to be a name and nothing else. */
		if (!unit_name_is_valid(values[i]))
			return refuse_value(plan, m, option, values[i], "is no unit");
		if (strlen(values[i]) + strlen(".") + strlen(kind) > NAME_MAX)
			return refuse_value(plan, m, option, values[i], "is too long");
		if (asprintf(&link, "../%s", unit) < 0)
			return -ENOMEM;

		r = outputs_add(outputs, OUTPUT_LINK, link, "%s.%s/%s", values[i], kind, unit);
		if (r < 0)
			return r;
	}

	return n;
}

int dependencies_add_hooks(struct outputs *outputs, struct plan *plan, const struct plan_mount *m,
			   const char *unit)
{
	int wanted, required;

	wanted = add_hooks(outputs, plan, m, unit, "x-systemd.wanted-by", "wants");
	if (wanted < 0)
		return wanted;

	required = add_hooks(outputs, plan, m, unit, "x-systemd.required-by", "requires");
	if (required < 0)
		return required;

	return wanted + required > 0;
}
