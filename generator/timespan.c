/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "timespan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

#define USEC_PER_MSEC UINT64_C(1000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)
#define USEC_PER_WEEK (7 * USEC_PER_DAY)
#define USEC_PER_MONTH (2629800 * USEC_PER_SEC)
#define USEC_PER_YEAR (31557600 * USEC_PER_SEC)

/* A suffix that is the start of another one follows it. */
static const struct {
	const char *suffix;
	uint64_t usec;
} suffixes[] = {
	{ "seconds", USEC_PER_SEC },
	{ "second", USEC_PER_SEC },
	{ "sec", USEC_PER_SEC },
	{ "s", USEC_PER_SEC },
	{ "minutes", USEC_PER_MINUTE },
	{ "minute", USEC_PER_MINUTE },
	{ "min", USEC_PER_MINUTE },
	{ "months", USEC_PER_MONTH },
	{ "month", USEC_PER_MONTH },
	{ "M", USEC_PER_MONTH },
	{ "msec", USEC_PER_MSEC },
	{ "ms", USEC_PER_MSEC },
	{ "m", USEC_PER_MINUTE },
	{ "hours", USEC_PER_HOUR },
	{ "hour", USEC_PER_HOUR },
	{ "hr", USEC_PER_HOUR },
	{ "h", USEC_PER_HOUR },
	{ "days", USEC_PER_DAY },
	{ "day", USEC_PER_DAY },
	{ "d", USEC_PER_DAY },
	{ "weeks", USEC_PER_WEEK },
	{ "week", USEC_PER_WEEK },
	{ "w", USEC_PER_WEEK },
	{ "years", USEC_PER_YEAR },
	{ "year", USEC_PER_YEAR },
	{ "y", USEC_PER_YEAR },
	{ "usec", 1 },
	{ "us", 1 },
	{ "\u03bcs", 1 },
	{ "\u00b5s", 1 },
};

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, WHITESPACE);
}

static const char *parse_unit(const char *p, uint64_t *ret_usec)
{
	*ret_usec = USEC_PER_SEC;
	for (size_t i = 0; i < ELEMENTSOF(suffixes); i++) {
		const char *rest = after_prefix(p, suffixes[i].suffix);

		if (rest) {
			*ret_usec = suffixes[i].usec;
			return rest;
		}
	}

	return p;
}

/* Reads one number, its fraction and its unit, and adds it to *usec. */
static int parse_part(const char **cursor, uint64_t *usec)
{
	const char *p = *cursor, *fraction = NULL, *unit;
	uint64_t unit_usec, number, sum;
	char *end;

	if (*p == '-')
		return -ERANGE;

	errno = 0;
	number = strtoull(p, &end, 10);
	if (errno)
		return -ERANGE;

	if (*end == '.') {
		fraction = end + 1;
		if (strspn(fraction, DIGITS) == 0)
			return -EINVAL;
		unit = fraction + strspn(fraction, DIGITS);
	} else if (end == p) {
		return -EINVAL;
	} else {
		unit = end;
	}

	/* "1 2" are two parts, "1x" and "1.2.3" are none. */
	*cursor = parse_unit(skip_blanks(unit), &unit_usec);
	if (*cursor == unit && *unit)
		return -EINVAL;

	if (__builtin_mul_overflow(number, unit_usec, &sum) ||
	    __builtin_add_overflow(sum, *usec, &sum) || sum == USEC_INFINITY)
		return -ERANGE;

	for (uint64_t digit = unit_usec / 10;
	     fraction && digit > 0 && *fraction >= '0' && *fraction <= '9'; fraction++, digit /= 10)
		if (__builtin_add_overflow(sum, (uint64_t)(*fraction - '0') * digit, &sum))
			return -ERANGE;

	*usec = sum;
	return 0;
}

int timespan_parse(const char *text, uint64_t *ret_usec)
{
	uint64_t usec = 0;
	const char *p;
	int r;

	if (!text)
		return -EINVAL;

	p = after_prefix(skip_blanks(text), "infinity");
	if (p && !*skip_blanks(p)) {
		*ret_usec = USEC_INFINITY;
		return 0;
	}

	p = skip_blanks(text);
	do {
		r = parse_part(&p, &usec);
		if (r < 0)
			return r;

		p = skip_blanks(p);
	} while (*p);

	*ret_usec = usec == 0 ? USEC_INFINITY : usec;
	return 0;
}

void timespan_format(uint64_t usec, char buffer[static TIMESPAN_MAX])
{
	static const struct {
		const char *suffix;
		uint64_t usec;
	} units[] = {
		{ "y", USEC_PER_YEAR }, { "month", USEC_PER_MONTH }, { "w", USEC_PER_WEEK },
		{ "d", USEC_PER_DAY },	{ "h", USEC_PER_HOUR },	     { "min", USEC_PER_MINUTE },
		{ "s", USEC_PER_SEC },	{ "ms", USEC_PER_MSEC },     { "us", 1 },
	};
	char *p = buffer, *end = buffer + TIMESPAN_MAX;

	if (usec == USEC_INFINITY || usec == 0) {
		strcpy(buffer, usec == 0 ? "0" : "infinity");
		return;
	}

	for (size_t i = 0; i < ELEMENTSOF(units) && usec > 0; i++) {
		const char *blank = p > buffer ? " " : "";
		uint64_t whole = usec / units[i].usec, rest = usec % units[i].usec;

		if (whole == 0)
			continue;

		/* Below a minute, what is left is a fraction of the one unit that is shown. */
		if (usec < USEC_PER_MINUTE && rest > 0) {
			int places = units[i].usec == USEC_PER_SEC ? 6 : 3;

			(void)snprintf(p, (size_t)(end - p), "%s%" PRIu64 ".%0*" PRIu64 "%s", blank,
				       whole, places, rest, units[i].suffix);
			return;
		}

		p += snprintf(p, (size_t)(end - p), "%s%" PRIu64 "%s", blank, whole,
			      units[i].suffix);
		usec = rest;
	}
}
