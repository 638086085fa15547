/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reads all of a file whose size stat() does not tell, as those in /proc. The NUL that ends the
 * text is added, and one inside it ends it. Returns 0 or a negative errno.
 */
int read_text(int dir, const char *name, char **ret_text);
