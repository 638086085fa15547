/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <limits.h>

#include "check.h"
#include "test.h"
#include "text.h"

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

	for (size_t i = 0; i < ELEMENTSOF(good); i++)
		CHECK(!check_value(good[i]), "good value %zu", i);
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
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

	for (size_t i = 0; i < ELEMENTSOF(good); i++)
		CHECK(!check_types(good[i]), "'%s'", good[i]);
	for (size_t i = 0; i < ELEMENTSOF(bad); i++)
		CHECK(check_types(bad[i]), "'%s'", bad[i]);
}

#define BLOCK "names a block device, which needs no fstag"
#define TEN "0123456789"
#define TAG_OF_36 TEN TEN TEN "012345"

static const struct {
	const char *source, *types, *reason; /* types: NULL for the default ones */
} sources[] = {
	{ "myfs", NULL, NULL },
	{ "", NULL, "is empty" },
	{ "-", NULL, "starts with '-'" },
	{ "--help", NULL, "starts with '-'" },
	{ "a-b-", NULL, NULL },
	{ " a", NULL, "starts with a blank" },
	{ "\ta", NULL, "starts with a blank" },
	{ "a ", NULL, "ends in a blank" },
	{ "a\t", NULL, "ends in a blank" },
	{ "a b", NULL, NULL },
	{ "\xc2\xa0", NULL, NULL }, /* a no-break space does not count as a blank */
	{ "a\tb", NULL, "has a control character" },
	{ "a\nb", NULL, "has a control character" },
	{ "a\n", NULL, "has a control character" },
	{ "a\x7f", NULL, "has a control character" },
	{ "a\xc2\x9b", NULL, "has a control character" },
	{ "\xff", NULL, "is not UTF-8" },
	{ "a\\", NULL, "ends in a backslash" },
	{ "a\\\\", NULL, "ends in a backslash" },
	{ "a\\b", NULL, NULL },
	{ "%n$x", NULL, NULL },
	/* Tags of block devices, which are in capitals and contain "=". */
	{ "LABEL=x", NULL, BLOCK },
	{ "UUID=x", NULL, BLOCK },
	{ "PARTUUID=x", NULL, BLOCK },
	{ "PARTLABEL=x", NULL, BLOCK },
	{ "ID=x", NULL, BLOCK },
	{ "LABEL=", NULL, BLOCK },
	{ "LABEL", NULL, NULL },
	{ "label=x", NULL, NULL },
	{ "XLABEL=x", NULL, NULL },
	{ "LABELS=x", NULL, NULL },
	{ "UUID:x", NULL, NULL },
	/* Paths of devices, in any spelling, except the one that is not a device. */
	{ "/dev/vda", NULL, BLOCK },
	{ "/dev/disk/by-label/x", NULL, BLOCK },
	{ "//dev//vda", NULL, BLOCK },
	{ "/./dev/vda", NULL, BLOCK },
	{ "/sys/fs", NULL, BLOCK },
	{ "/dev/root", NULL, NULL },
	{ "//dev/root", NULL, BLOCK },
	{ "/dev/roots", NULL, BLOCK },
	{ "/dev/root/", NULL, BLOCK },
	{ "/dev", NULL, NULL },
	{ "/dev/", NULL, NULL },
	{ "/devs/vda", NULL, NULL },
	{ "dev/vda", NULL, NULL },
	{ "/srv/dev/vda", NULL, NULL },
	{ "/name", NULL, NULL },
	{ "10.0.2.2:/export", NULL, NULL },
	/* If it is tried only as virtiofs, a tag has at most 36 bytes. */
	{ TAG_OF_36, "virtiofs", NULL },
	{ TAG_OF_36 "6", "virtiofs", "is longer than the 36 bytes of a virtiofs tag" },
	{ TAG_OF_36 "6", "virtiofs,virtiofs", "is longer than the 36 bytes of a virtiofs tag" },
	{ TAG_OF_36 "6", "virtiofs,9p", NULL },
	{ TAG_OF_36 "6", "9p", NULL },
	{ TAG_OF_36 "6", "virtiofsd", NULL },
	{ TEN TEN TEN "01234\xc3\xb6", "virtiofs",
	  "is longer than the 36 bytes of a virtiofs tag" },
	/* If two rules apply, the first one gives the reason. */
	{ "-\n", NULL, "starts with '-'" },
	{ "/dev/vda\\", NULL, "ends in a backslash" },
	{ "UUID=" TAG_OF_36, "virtiofs", BLOCK },
};

static void test_source(void)
{
	for (size_t i = 0; i < ELEMENTSOF(sources); i++)
		CHECK_TEXT(check_source(sources[i].source, sources[i].types ?: "virtiofs,9p"),
			   sources[i].reason, sources[i].source);
}

static void test_long_source(void)
{
	char source[PATH_MAX + 1];

	memset(source, 'a', sizeof source);
	source[PATH_MAX] = 0;
	CHECK_TEXT(check_source(source, "9p"), "is too long", "a path that is too long");
	source[PATH_MAX - 1] = 0;
	CHECK_TEXT(check_source(source, "9p"), NULL, "the longest path");
}

int main(void)
{
	test_source();
	test_long_source();
	test_value();
	test_types();
	return TEST_RESULT;
}
