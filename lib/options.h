/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mount option strings, as systemd 262 splits them (its fstab-util.c): options are separated by
 * commas, "\," is a literal comma, empty options are ignored.
 */
#pragma once

#include <stdbool.h>

/* The longest list of names for one call, with the NULL at its end. */
typedef const char *const option_names[4];

/* Whether any of the options is given, with or without a value. */
bool options_have(const char *options, option_names names);

/*
 * Of two options that contradict each other, whether the first is the one that is given last. False
 * if neither is given.
 */
bool options_prefer(const char *options, const char *first, const char *second);

/*
 * The value of the last one of the options that is given, with its escaped commas and backslashes
 * decoded; NULL if that has none.
 *
 * Returns 1, or 0 if no such option is given (*ret_value is then NULL), or -ENOMEM.
 */
int options_last_value(const char *options, option_names names, char **ret_value);

/*
 * All values of the option, in order, as a NULL-terminated array that options_free_values() frees,
 * or NULL if there is none. An option without "=" does not count.
 *
 * Returns how many there are, or -ENOMEM.
 */
int options_values(const char *options, const char *name, char ***ret_values);
void options_free_values(char ***values);

/*
 * Appends more to *options, which is owned and may be NULL, after a comma. Appending an empty
 * option matters: the string is no longer NULL. Returns 0 or -ENOMEM.
 */
int options_append(char **options, const char *more);

/* The options except those named. Returns 0 or -ENOMEM. */
int options_without(const char *options, option_names names, char **ret_rest);
