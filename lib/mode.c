/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mode.h"

#include "cmdline.h"
#include "text.h"

enum remount_mode remount_mode_from_string(const char *text)
{
	static const char *const names[_REMOUNT_MODE_MAX] = {
		[REMOUNT_NO] = "no",
		[REMOUNT_AUTO] = "auto",
		[REMOUNT_TMPFS] = "tmpfs",
		[REMOUNT_BIND] = "bind",
	};
	int r;

	for (enum remount_mode mode = 0; mode < _REMOUNT_MODE_MAX; mode++)
		if (streq(text, names[mode]))
			return mode;

	r = parse_boolean(text);
	if (r < 0)
		return _REMOUNT_MODE_INVALID;

	return r ? REMOUNT_AUTO : REMOUNT_NO;
}

int exitrd_mode_from_string(const char *text)
{
	return parse_boolean(text);
}

enum release_mode release_mode_from_string(const char *text)
{
	int r;

	if (streq(text, "auto"))
		return RELEASE_AUTO;

	r = parse_boolean(text);
	if (r < 0)
		return _RELEASE_MODE_INVALID;

	return r ? RELEASE_YES : RELEASE_NO;
}
