/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mode.h"
#include "test.h"
#include "text.h"

#define STAYS -1 /* not a mode */

static const struct {
	const char *text;
	int remount, exitrd, release;
} table[] = {
	{ "no", REMOUNT_NO, false, RELEASE_NO },
	{ "0", REMOUNT_NO, false, RELEASE_NO },
	{ "off", REMOUNT_NO, false, RELEASE_NO },
	{ "False", REMOUNT_NO, false, RELEASE_NO },
	{ "yes", REMOUNT_AUTO, true, RELEASE_YES },
	{ "1", REMOUNT_AUTO, true, RELEASE_YES },
	{ "TRUE", REMOUNT_AUTO, true, RELEASE_YES },
	{ "on", REMOUNT_AUTO, true, RELEASE_YES },
	{ "auto", REMOUNT_AUTO, STAYS, RELEASE_AUTO },
	{ "tmpfs", REMOUNT_TMPFS, STAYS, STAYS },
	{ "bind", REMOUNT_BIND, STAYS, STAYS },
	{ "", STAYS, STAYS, STAYS },
	{ "Auto", STAYS, STAYS, STAYS },
	{ "2", STAYS, STAYS, STAYS },
	{ "tmpfs,bind", STAYS, STAYS, STAYS },
	{ "yes ", STAYS, STAYS, STAYS },
};

/* Each is parsed twice, starting from two different modes, to distinguish a mode that does not
 * change from one that is set to the same value. */
static void test_remount(const char *text, int expected)
{
	static const enum remount_mode before[] = { REMOUNT_NO, REMOUNT_BIND };

	for (size_t i = 0; i < ELEMENTSOF(before); i++) {
		enum remount_mode mode = before[i];
		const char *problem = remount_mode_parse(text, &mode);

		CHECK_TEXT(problem, expected < 0 ? "is not one of no, auto, tmpfs, bind" : NULL,
			   text);
		CHECK_INT(mode, expected < 0 ? (int)before[i] : expected, text);
	}
}

static void test_exitrd(const char *text, int expected)
{
	for (int before = 0; before < 2; before++) {
		bool mode = before;
		const char *problem = exitrd_mode_parse(text, &mode);

		CHECK_TEXT(problem, expected < 0 ? "is not one of no, yes" : NULL, text);
		CHECK_INT(mode, expected < 0 ? before : expected, text);
	}
}

static void test_release(const char *text, int expected)
{
	static const enum release_mode before[] = { RELEASE_AUTO, RELEASE_NO };

	for (size_t i = 0; i < ELEMENTSOF(before); i++) {
		enum release_mode mode = before[i];
		const char *problem = release_mode_parse(text, &mode);

		CHECK_TEXT(problem, expected < 0 ? "is not one of auto, yes, no" : NULL, text);
		CHECK_INT(mode, expected < 0 ? (int)before[i] : expected, text);
	}
}

static void test_not_given(void)
{
	enum remount_mode remount = REMOUNT_TMPFS;
	enum release_mode release = RELEASE_YES;
	bool exitrd = true;

	CHECK_TEXT(remount_mode_parse(NULL, &remount), NULL, "fstag.remount");
	CHECK_TEXT(exitrd_mode_parse(NULL, &exitrd), NULL, "fstag.exitrd");
	CHECK_TEXT(release_mode_parse(NULL, &release), NULL, "fstag.release");
	CHECK_INT(remount, REMOUNT_TMPFS, "fstag.remount");
	CHECK_INT(exitrd, true, "fstag.exitrd");
	CHECK_INT(release, RELEASE_YES, "fstag.release");
}

int main(void)
{
	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		test_remount(table[i].text, table[i].remount);
		test_exitrd(table[i].text, table[i].exitrd);
		test_release(table[i].text, table[i].release);
	}
	test_not_given();
	return TEST_RESULT;
}
