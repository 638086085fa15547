/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "percent.h"
#include "test.h"
#include "text.h"

static void check_both_ways(const char *text, const char *encoded)
{
	char *there = percent_encode(text, LETTERS DIGITS "_.-/"), *back = NULL;

	CHECK_TEXT(there, encoded, text);
	CHECK_INT(percent_decode(encoded, &back), 0, encoded);
	CHECK_TEXT(back, text, encoded);
	free(there);
	free(back);
}

int main(void)
{
	static const char *const malformed[] = { "%", "%4", "%4g", "a%zz", "%00", "%%41", "% 1" };
	char *decoded = NULL;

	check_both_ways("", "");
	check_both_ways("/a-b_c.d", "/a-b_c.d");
	check_both_ways("a b,c%", "a%20b%2Cc%25");
	check_both_ways("\"\\\n\xff", "%22%5C%0A%FF");

	CHECK_INT(percent_decode("%c3%BC", &decoded), 0, "either case");
	CHECK_TEXT(decoded, "ü", "either case");
	free(decoded);
	decoded = NULL;

	for (size_t i = 0; i < ELEMENTSOF(malformed); i++) {
		CHECK_INT(percent_decode(malformed[i], &decoded), -EINVAL, malformed[i]);
		CHECK_TEXT(decoded, NULL, malformed[i]);
	}

	return TEST_RESULT;
}
