/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An exitrd, the directory that shutdown goes back into, takes over files of the root, each at its
 * own path. */
#pragma once

/*
 * Copies what the absolute path names into the exitrd, with the directories and the symbolic links
 * on the way to it, as they are in the root. What is in the exitrd already stays.
 *
 * Returns 0, or -EINVAL where it is neither a file nor a directory, or another negative errno.
 */
int copy_path(int exitrd, const char *path);

/* Copies the file at path below the directory, holes as holes, to a path in the exitrd whose
 * directories are there. Returns 0 or a negative errno. */
int copy_file(int exitrd, const char *to, int directory, const char *path);
