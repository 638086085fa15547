/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complaint.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "input.h"
#include "log.h"
#include "plan.h"

/* The argument of that number is a format, whose arguments come as a va_list. */
#define _takes_format_(n) __attribute__((format(printf, n, 0)))

/* Returns NULL if out of memory. */
_takes_format_(2) static char *format_complaint(const struct parameter *p, const char *format,
						va_list arguments)
{
	_cleanup_free_ char *reason = NULL;
	char *text;

	if (vasprintf(&reason, format, arguments) < 0) {
		reason = NULL;
		return NULL;
	}

	return asprintf(&text, PARAMETER_FORMAT ": %s", PARAMETER_ARGUMENTS(p), reason) < 0 ? NULL
											    : text;
}

_takes_format_(3) static int refuse(struct plan *plan, const struct parameter *p,
				    const char *format, va_list arguments)
{
	if (!plan->refusal)
		plan->refusal = format_complaint(p, format, arguments);

	return plan->refusal ? -EINVAL : -ENOMEM;
}

_takes_format_(2) static void ignore(const struct parameter *p, const char *format,
				     va_list arguments)
{
	_cleanup_free_ char *text = format_complaint(p, format, arguments);

	log_warning("%s, ignoring", text ?: p->name);
}

int complaint_refuse(struct plan *plan, const struct parameter *p, const char *format, ...)
{
	va_list arguments;
	int r;

	va_start(arguments, format);
	r = refuse(plan, p, format, arguments);
	va_end(arguments);
	return r;
}

int complaint_refuse_or_ignore(struct plan *plan, const struct parameter *p, const char *format,
			       ...)
{
	va_list arguments;
	int r = 0;

	va_start(arguments, format);
	if (plan->root.ours || plan->usr.ours)
		r = refuse(plan, p, format, arguments);
	else
		ignore(p, format, arguments);
	va_end(arguments);
	return r;
}

void complaint_ignore(const struct parameter *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ignore(p, format, arguments);
	va_end(arguments);
}
