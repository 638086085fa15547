/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of a unit file or a drop-in, as a list of lines in the order of the file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct outputs;

struct unit_line {
	const char *text, *value; /* value: what follows text. NULL: no such line */
	bool is_argument;	  /* PID 1 passes it to mount(8), and expands $ in it as well */
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
 * Adds the file, after a line that names its writer. In the values % is doubled, because PID 1
 * expands it, and in arguments so is $. Returns 0 or -ENOMEM.
 */
int unit_file_add(struct outputs *outputs, const char *path, const struct unit_line *lines,
		  size_t n);
