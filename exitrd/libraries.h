/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shared libraries of a program, as the dynamic loader itself finds them. */
#pragma once

/*
 * The path in a line of the loader's list; the line is modified.
 *
 * Returns 1, or 0 if the line has none (the kernel's vDSO), or -ENOENT for a missing library.
 */
int libraries_parse_line(char *line, const char **ret_path);

/*
 * Adds all libraries that the program loads to the exitrd, with the loader; preload names a library
 * that it loads only while it runs, and that may be missing.
 *
 * Returns 0 or a negative errno: -ELIBACC if the loader does not list them.
 */
int libraries_add(int exitrd, const char *program, const char *preload);
