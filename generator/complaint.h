/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages about a parameter of the command line. */
#pragma once

struct parameter;
struct plan;

/* Sets plan->refusal, unless it is set. Returns -EINVAL, or -ENOMEM. */
int complaint_refuse(struct plan *plan, const struct parameter *p, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses it if fstag handles the root or /usr; otherwise warns, ignores it and returns 0, because
 * another root must not be stopped. */
int complaint_refuse_or_ignore(struct plan *plan, const struct parameter *p, const char *format,
			       ...) __attribute__((format(printf, 3, 4)));

/* Warns; the parameter counts as not given. */
void complaint_ignore(const struct parameter *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
