/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit-lines.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cleanup.h"
#include "complaint.h"
#include "options.h"
#include "percent.h"
#include "plan.h"
#include "text.h"
#include "timespan.h"
#include "unit-name.h"
#include "wait-unit.h"

#define _cleanup_values_ _cleanup_(options_free_values)

static int name_wait_unit(struct plan *plan, struct plan_mount *m)
{
	int r;

	if (m->wait != PLAN_WAIT_SOURCE && !m->servers)
		return 0;

	r = wait_unit_name(m->types, m->source, &m->lines.wait_unit);
	/* A mount from the network works without a wait as well. */
	if (r == -ENAMETOOLONG && m->servers)
		return 0;
	if (r == -ENAMETOOLONG)
		return complaint_refuse(plan, &m->source_parameter,
					"the source '%.200s' is too long for a unit name",
					m->source);

	return r;
}

static int refuse_value(struct plan *plan, const struct plan_mount *m, const char *option,
			const char *value, const char *reason)
{
	return complaint_refuse(plan, &m->flags_parameter, "%s='%.200s' %s", option, value, reason);
}

/* The units that the option names, each of which gets a link in its directory of that kind. */
static int plan_hooks(struct plan *plan, const struct plan_mount *m, const char *option,
		      const char *kind, char ***ret_units)
{
	_cleanup_values_ char **units = NULL;
	int n = options_values(m->options, option, &units);

	for (int i = 0; i < n; i++) {
		/* It becomes part of a path, so it must be a unit name and nothing else. */
		if (!unit_name_is_valid(units[i]))
			return refuse_value(plan, m, option, units[i], "is not a valid unit name");
		if (strlen(units[i]) + strlen(".") + strlen(kind) > NAME_MAX)
			return refuse_value(plan, m, option, units[i], "is too long");
	}

	*ret_units = TAKE_PTR(units);
	return n < 0 ? n : 0;
}

/* What one value of an option adds to a line. Returns NULL, or why the value is invalid; *ret_word
 * is NULL if out of memory. */
typedef const char *word_of_value(const char *value, char **ret_word);

static const char *unit_of_value(const char *value, char **ret_word)
{
	*ret_word = NULL;
	return unit_name_mangle(value, ret_word) == -EINVAL ? "is not a valid unit name" : NULL;
}

static const char *path_of_value(const char *value, char **ret_word)
{
	*ret_word = strdup(value);
	return check_value(value);
}

static int plan_words(struct plan *plan, const struct plan_mount *m, const char *option,
		      word_of_value *of_value, char **line)
{
	_cleanup_values_ char **values = NULL;
	int n = options_values(m->options, option, &values), r = n;

	for (int i = 0; i < n && r >= 0; i++) {
		_cleanup_free_ char *word = NULL;
		const char *reason = of_value(values[i], &word);

		if (reason)
			return refuse_value(plan, m, option, values[i], reason);

		r = word ? unit_names_append(line, word) : -ENOMEM;
	}

	return r < 0 ? r : 0;
}

static int plan_dependencies(struct plan *plan, struct plan_mount *m)
{
	struct plan_lines *lines = &m->lines;
	const struct {
		const char *option;
		word_of_value *of_value;
		char **line;
	} options[] = {
		{ "x-systemd.after", unit_of_value, &lines->after },
		{ "x-systemd.requires", unit_of_value, &lines->requires },
		{ "x-systemd.wants", unit_of_value, &lines->wants },
		{ "x-systemd.before", unit_of_value, &lines->before },
		{ "x-systemd.requires-mounts-for", path_of_value, &lines->requires_mounts_for },
		{ "x-systemd.wants-mounts-for", path_of_value, &lines->wants_mounts_for },
	};
	int r;

	r = plan_hooks(plan, m, "x-systemd.wanted-by", "wants", &lines->wanted_by);
	if (r == 0)
		r = plan_hooks(plan, m, "x-systemd.required-by", "requires", &lines->required_by);
	for (size_t i = 0; i < ELEMENTSOF(options) && r == 0; i++)
		r = plan_words(plan, m, options[i].option, options[i].of_value, options[i].line);

	return r;
}

static int plan_timeout(struct plan_mount *m)
{
	_cleanup_free_ char *value = NULL;
	int r = options_last_value(m->options, (option_names){ "x-systemd.mount-timeout" }, &value);

	/* If it is malformed, systemd ignores it. */
	if (r > 0)
		(void)timespan_parse(value, &m->lines.timeout);
	return r < 0 ? r : 0;
}

/* What mount.fstag is to mount, in an option that neither mount(8) nor PID 1 splits. */
static int append_source(char **options, const struct plan_mount *m)
{
	_cleanup_free_ char *source = percent_encode(m->source, LETTERS DIGITS "_.-:/"),
			    *types = strdup(m->types), *option = NULL;

	if (!source || !types)
		return -ENOMEM;

	for (char *p = types; (p = strchr(p, ',')); p++)
		*p = '+';
	if (asprintf(&option, "fstag=%s:%s", types, source) < 0) {
		option = NULL;
		return -ENOMEM;
	}

	return options_append(options, option);
}

/* Type= and Options=, which PID 1 passes to mount(8). */
static int plan_arguments(struct plan *plan, struct plan_mount *m)
{
	_cleanup_free_ char *options = NULL;
	const char *reason;
	int r;

	r = options_without(
		m->options,
		(option_names){ "comment=systemd.device-timeout", "x-systemd.device-timeout" },
		&options);
	if (r < 0)
		return r;

	reason = check_value(options);
	if (reason)
		return complaint_refuse(plan, &m->flags_parameter, "'%.200s' %s", options, reason);

	/* mount(8) must not see a list: it would take the source for a path then, from PID 1's
	 * directory, and stop at the first error but a few. */
	m->lines.type = m->types;
	if (strchr(m->types, ',')) {
		m->lines.type = "fstag";
		r = append_source(&options, m);
	}
	if (r == 0 && *options && !streq(options, "defaults"))
		m->lines.options = TAKE_PTR(options);

	return r;
}

int unit_lines_plan(struct plan *plan, struct plan_mount *m)
{
	int r;

	r = name_wait_unit(plan, m);
	if (r < 0)
		return r;

	r = plan_dependencies(plan, m);
	if (r < 0)
		return r;

	r = plan_timeout(m);
	return r < 0 ? r : plan_arguments(plan, m);
}
