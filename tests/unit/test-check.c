/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"
#include "test.h"

static void test_value(void)
{
	static const char *const good[] = {
		"", "a", "\xc3\xb6", "\xf0\x9f\x98\x80", "a\\b", " x "
	};
	static const char *const bad[] = {
		"a\n",	    "\t",	    "\x7f",	    "\x80",
		"\xc0\x80", "\xc3",	    "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"a\\",	    "\xef\xb7\x90", "\xe2\x82",
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK(!check_value(good[i]), "good value %zu", i);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK(check_value(bad[i]), "bad value %zu", i);
}

static void test_types(void)
{
	static const char *const good[] = { "virtiofs", "9p,virtiofs", "fuse.sshfs", "a_b-c" };
	static const char *const bad[] = {
		"",    ",",	  "a,",
		",a",  "a b",	  "-a",
		"a/b", "a%",	  "fuse.",
		"a.b", "fuse.-a", "12345678901234567890123456789012345678901234567890123456"
	};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		CHECK(!check_types(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		CHECK(check_types(bad[i]), "'%s'", bad[i]);
}

int main(void)
{
	test_value();
	test_types();
	return TEST_RESULT;
}
