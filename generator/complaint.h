/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is said against a parameter of the command line. It names the parameter, and the file where
 * that does not stand on the real line, where one would look for it.
 */
#pragma once

#include <stdbool.h>

struct input;
struct plan;

struct parameter {
	const char *name;
	const char *file; /* of /etc/cmdline.d, or NULL */
	bool is_part;	  /* only a part of the value is from the file */
};

/* How printf() writes a parameter: "root=", "root= (/etc/cmdline.d/95root-dev.conf)". */
#define PARAMETER_FORMAT "%s=%s%s%s"
#define PARAMETER_ARGUMENTS(p)                                                                     \
	(p)->name, (p)->file ? (p)->is_part ? " (in part " : " (" : "", (p)->file ?: "",           \
		(p)->file ? ")" : ""

/* The parameter whose value points into the input. */
struct parameter parameter_of(const struct input *input, const char *name, const char *value);

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
