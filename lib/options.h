/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mount option strings, as systemd 262 takes them apart (its fstab-util.c): options stand
 * between commas, "\," is a comma of the option's own, empty options vanish.
 */
#pragma once

#include <stdbool.h>

/* The longest list of names that one question asks for, the NULL at its end included. */
typedef const char *const option_names[4];

/* Whether any of the options is there, with a value or without. */
bool options_have(const char *options, option_names names);

/*
 * Of two options that contradict each other, whether the first one is the last that is given.
 * False where neither is given.
 */
bool options_prefer(const char *options, const char *first, const char *second);

/*
 * The value of the last of the options that is given, its escaped commas and backslashes
 * resolved; NULL where that has none.
 *
 * Returns 1, or 0 where no such option is given (*ret_value is then NULL), or -ENOMEM.
 */
int options_last_value(const char *options, option_names names, char **ret_value);

/*
 * All values of the option, in order, as a NULL-terminated array that options_free_values()
 * frees, or NULL where there is none. An option without "=" does not count.
 *
 * Returns how many there are, or -ENOMEM.
 */
int options_values(const char *options, const char *name, char ***ret_values);
void options_free_values(char ***values);

/*
 * Appends to *options, which is owned and may be NULL, what stands behind a comma then. An empty
 * option makes a difference: the string is no longer NULL. Returns 0 or -ENOMEM.
 */
int options_append(char **options, const char *more);

/* The options without those named. Returns 0 or -ENOMEM. */
int options_without(const char *options, option_names names, char **ret_rest);
