/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shared libraries of a program, as the dynamic loader itself finds them. */
#pragma once

/*
 * The path in a line of the loader's list, which is written to.
 *
 * Returns 1, or 0 where the line has none (the kernel's vDSO), or -ENOENT for a library that is
 * not there.
 */
int libraries_parse_line(char *line, const char **ret_path);

/*
 * Adds all that the program loads to the exitrd, the loader included; preload names a
 * library that it asks for only when it runs, and that need not be there.
 *
 * Returns 0 or a negative errno: -ELIBACC where the loader does not say.
 */
int libraries_add(int exitrd, const char *program, const char *preload);
