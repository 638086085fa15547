/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The values of fstag.remount=, fstag.exitrd= and fstag.release=, the same for all programs that
 * read them. Each takes systemd's booleans in addition to its own words.
 */
#pragma once

#include <stdbool.h>

enum remount_mode { REMOUNT_NO, REMOUNT_AUTO, REMOUNT_TMPFS, REMOUNT_BIND };
enum release_mode { RELEASE_AUTO, RELEASE_YES, RELEASE_NO };

/*
 * Each sets *mode to the value of text. *mode does not change if text is NULL, for a parameter that
 * is not given, or not a mode.
 *
 * Returns NULL, or what follows the value in a message: "is not one of no, auto, tmpfs, bind".
 */
const char *remount_mode_parse(const char *text, enum remount_mode *mode);
const char *exitrd_mode_parse(const char *text, bool *mode);
const char *release_mode_parse(const char *text, enum release_mode *mode);
