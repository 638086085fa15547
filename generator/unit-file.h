/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of a unit file or a drop-in, as a list of lines that reads like it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct outputs;

struct unit_line {
	const char *text, *value; /* value: what follows. NULL: no such line */
	bool is_argument;	  /* PID 1 hands it to mount(8), and expands $ in it as well */
};

#define LINE(text) LINE_IF(text, true)
#define LINE_IF(text, condition)                                                                   \
	{                                                                                          \
		text, (condition) ? "" : NULL, false                                               \
	}
#define VALUE(key, value)                                                                          \
	{                                                                                          \
		key, value, false                                                                  \
	}
#define ARGUMENT(key, value)                                                                       \
	{                                                                                          \
		key, value, true                                                                   \
	}

/*
 * Adds the file, behind the line that says who wrote it. Of the values % is doubled, since PID 1
 * expands it, and so is $ in those that are arguments. Returns 0 or -ENOMEM.
 */
int unit_file_add(struct outputs *outputs, const char *path, const struct unit_line *lines,
		  size_t n);
