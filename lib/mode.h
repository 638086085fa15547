/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of fstag.remount=, fstag.exitrd= and fstag.release=, the same for all programs that
 * read them. Each takes systemd's booleans beside the words of its own.
 */
#pragma once

#include <errno.h>

/* What stands behind "is none of" in a message. */
#define REMOUNT_MODE_WORDS "no, auto, tmpfs, bind, yes (as auto)"
#define EXITRD_MODE_WORDS "no, yes"
#define RELEASE_MODE_WORDS "auto, yes, no"

enum remount_mode {
	REMOUNT_NO,
	REMOUNT_AUTO,
	REMOUNT_TMPFS,
	REMOUNT_BIND,
	_REMOUNT_MODE_MAX,
	_REMOUNT_MODE_INVALID = -EINVAL,
};

enum release_mode {
	RELEASE_NO,
	RELEASE_YES,
	RELEASE_AUTO,
	_RELEASE_MODE_MAX,
	_RELEASE_MODE_INVALID = -EINVAL,
};

/* A boolean is taken, too: true is REMOUNT_AUTO, false REMOUNT_NO. */
enum remount_mode remount_mode_from_string(const char *text);

/* Returns 0 or 1, or -EINVAL. */
int exitrd_mode_from_string(const char *text);

enum release_mode release_mode_from_string(const char *text);
