/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in which every byte that could be taken for something else stands as %XX. */
#pragma once

/* Encodes all bytes but those in stays, which has no '%'. Returns NULL where memory runs out. */
char *percent_encode(const char *text, const char *stays);

/* Returns 0, -EINVAL where a '%' is followed by no byte, or by the NUL, or -ENOMEM. */
int percent_decode(const char *text, char **ret_decoded);
