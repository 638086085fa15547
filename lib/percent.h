/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in which every byte that could be misinterpreted is written as %XX. */
#pragma once

/* Encodes all bytes except those in stays, which must not contain '%'. Returns NULL if out of
 * memory. */
char *percent_encode(const char *text, const char *stays);

/* Returns 0, -EINVAL if a '%' is not followed by the two digits of a byte, or encodes NUL, or
 * -ENOMEM. */
int percent_decode(const char *text, char **ret_decoded);
