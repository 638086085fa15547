/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Resolves the symbolic links in a path below the directory root ("" for /), as if root were /. The
 * path, absolute or relative to root, need not exist. *ret_path is absolute, without root.
 *
 * Returns 0, or a negative errno if a part of it can only be resolved once it exists, is not a
 * directory or cannot be read.
 */
int chase(const char *root, const char *path, char **ret_path);
