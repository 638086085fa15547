/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names in a directory, without "." and "..". */
#pragma once

#include <dirent.h>

/* Opens a directory to list its names, with an open file description of its own, because the
 * position in the list belongs to that. Returns 0 or a negative errno. */
int names_open(int directory, const char *path, DIR **ret_dir);

/* The same for an open directory, of which it takes ownership, even on failure. */
int names_take(int fd, DIR **ret_dir);

/* Returns NULL after the last one, with errno set to 0, and on an error. */
const struct dirent *names_next(DIR *dir);
