/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said against a parameter of the command line. */
#pragma once

struct parameter;
struct plan;

/* Sets plan->refusal, unless it is set. Returns -EINVAL, or -ENOMEM. */
int refuse(struct plan *plan, const struct parameter *p, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses it where the root or /usr is fstag's; else another root is not to be stopped, and it is
 * ignored. Returns 0 then. */
int refuse_or_ignore(struct plan *plan, const struct parameter *p, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Warns; the parameter counts as not given. */
void ignore(const struct parameter *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
