/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies files of the root to an exitrd, the directory that shutdown returns to, each to its own
 * path. */
#pragma once

/*
 * Copies the file or directory at the absolute path to the exitrd, with the directories and the
 * symbolic links on the way to it, as they are in the root. Files that already exist in the exitrd
 * stay.
 *
 * Returns 0, or -EINVAL if it is neither a file nor a directory, or another negative errno.
 */
int copy_path(int exitrd, const char *path);

/* Copies the file at path below the directory, preserving holes, to a path in the exitrd whose
 * directories exist. Returns 0 or a negative errno. */
int copy_file(int exitrd, const char *to, int directory, const char *path);
