/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names in a directory, but the two that each has for itself and its parent. */
#pragma once

#include <dirent.h>

/* Opens a directory for its names, in an open of its own: the place in the list is part of one.
 * Returns 0 or a negative errno. */
int names_open(int directory, const char *path, DIR **ret_dir);

/* The same of an open directory that is taken over, also where this fails. */
int names_take(int fd, DIR **ret_dir);

/* NULL after the last one, with errno at 0, and after an error. */
const struct dirent *names_next(DIR *dir);
