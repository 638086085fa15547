/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reads a whole file whose size stat() does not know, such as those in /proc. The text ends at the
 * first NUL of the file or, if it has none, at a NUL that is appended. Returns 0 or a negative
 * errno.
 */
int read_text(int dir, const char *name, char **ret_text);
