/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mode.h"
#include "test.h"

int main(void)
{
	static const struct {
		const char *text;
		int remount, exitrd, release;
	} table[] = {
		{ "no", REMOUNT_NO, 0, RELEASE_NO },
		{ "0", REMOUNT_NO, 0, RELEASE_NO },
		{ "off", REMOUNT_NO, 0, RELEASE_NO },
		{ "False", REMOUNT_NO, 0, RELEASE_NO },
		{ "yes", REMOUNT_AUTO, 1, RELEASE_YES },
		{ "1", REMOUNT_AUTO, 1, RELEASE_YES },
		{ "TRUE", REMOUNT_AUTO, 1, RELEASE_YES },
		{ "on", REMOUNT_AUTO, 1, RELEASE_YES },
		{ "auto", REMOUNT_AUTO, -EINVAL, RELEASE_AUTO },
		{ "tmpfs", REMOUNT_TMPFS, -EINVAL, -EINVAL },
		{ "bind", REMOUNT_BIND, -EINVAL, -EINVAL },
		{ "", -EINVAL, -EINVAL, -EINVAL },
		{ "Auto", -EINVAL, -EINVAL, -EINVAL },
		{ "2", -EINVAL, -EINVAL, -EINVAL },
		{ "tmpfs,bind", -EINVAL, -EINVAL, -EINVAL },
		{ "yes ", -EINVAL, -EINVAL, -EINVAL },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const char *text = table[i].text;

		CHECK_INT(remount_mode_from_string(text), table[i].remount, text);
		CHECK_INT(exitrd_mode_from_string(text), table[i].exitrd, text);
		CHECK_INT(release_mode_from_string(text), table[i].release, text);
	}

	return TEST_RESULT;
}
