/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small helpers for strings and for lists written as "a,b,c".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define ELEMENTSOF(a) (sizeof(a) / sizeof((a)[0]))
#define WHITESPACE " \t\n\r"
#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Whether it is "." or "..". */
static inline bool is_dot_or_dot_dot(const char *name)
{
	return streq(name, ".") || streq(name, "..");
}

/* The rest of text after prefix, or NULL if it does not start with it. */
static inline const char *after_prefix(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* Whether the length bytes at item are exactly name. */
static inline bool item_is(const char *item, size_t length, const char *name)
{
	return strlen(name) == length && memcmp(item, name, length) == 0;
}

/*
 * Walks a comma-separated list, empty items included: sets item and its length, and ends with
 * item at NULL.
 */
#define FOREACH_ITEM(item, length, list)                                                           \
	for (const char *item = (list); item; item = NULL)                                         \
		for (size_t length = strcspn(item, ","); item;                                     \
		     item = item[length] ? item + length + 1 : NULL,                               \
			    length = item ? strcspn(item, ",") : 0)
