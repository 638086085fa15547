/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unit names, as in systemd.unit(5) and systemd-escape(1). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The longest unit name, without its NUL (UNIT_NAME_MAX of systemd). */
#define UNIT_NAME_MAX 255

/*
 * Writes the name of an instance: prefix, the escaped text, suffix (the dot included), as
 * systemd-escape(1) does. Only the first length bytes of text count.
 *
 * Returns 0, -ENAMETOOLONG if that is too long for a unit, or -ENOMEM.
 */
int unit_name_of_instance(const char *prefix, const char *text, size_t length, const char *suffix,
			  char **ret_name);

/* Writes the name of the unit that mounts something on the path. Returns 0, -EINVAL if the path has
 * a "..", -ENAMETOOLONG or -ENOMEM. */
int unit_name_of_mount(const char *path, char **ret_name);

/* Whether the text is a complete unit name; the name of a template counts. */
bool unit_name_is_valid(const char *name);

/*
 * Makes a unit name from what people write as a dependency (x-systemd.after= and the like): a unit
 * name stays, a path becomes its mount or device unit, anything else is escaped, and .mount is
 * added if the suffix is missing.
 *
 * Returns 0, -EINVAL if no unit can have such a name, or -ENOMEM.
 */
int unit_name_mangle(const char *text, char **ret_name);

/* Appends name, a unit or a path, to the list *names, separated by a blank. *names is owned and may
 * be NULL. Returns 0 or -ENOMEM. */
int unit_names_append(char **names, const char *name);

/* Whether PID 1 and mount(8) take the source for a device node: a path in /dev or /sys. */
bool unit_name_is_device_path(const char *path);
