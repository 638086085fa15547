/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmdline.h"
#include "test.h"
#include "text.h"

/* What is left of three texts; the last one is the kernel command line. */
static const struct {
	const char *texts[3];
	const char *what, *fstype, *flags, *hash;
	int rw;
} roots[] = {
	{ { "root=a rootfstype=b rootflags=c rw roothash=d" }, "a", "b", "c", "d", 1 },
	{ { "root=a rootfstype=b", "rootflags=c", "ro" }, "a", "b", "c", NULL, 0 },
	{ { "rootfstype=b rootflags=c rw", "root=x" }, "x", NULL, NULL, NULL, -1 },
	{ { "root=a rootflags=c", "rootflags=d rw", "root=x" }, "x", NULL, NULL, NULL, -1 },
	{ { "root=a rootflags=c", "ro rootflags=d root=x rootfstype=t" }, "x", "t", "d", NULL, 0 },
	{ { "rootflags=a", "rootflags=b root=x", "rootflags=c" }, "x", NULL, "b,c", NULL, -1 },
	{ { "root=a rootfstype=b rw", "root=" }, NULL, NULL, NULL, NULL, -1 },
	{ { "root=a rootfstype=b rw", "root= rootfstype=t" }, NULL, "t", NULL, NULL, -1 },
	{ { "root=a rootfstype=b rw", "roothash=h" }, NULL, NULL, NULL, "h", -1 },
	{ { "root=a rootfstype=b rw", "roothash=" }, "a", "b", NULL, NULL, 1 },
	{ { "roothash=h rw", "roothash=" }, NULL, NULL, NULL, NULL, 1 },
	{ { "roothash=h rw", "root=a" }, "a", NULL, NULL, NULL, -1 },
	{ { "root=a rootfstype=b", "rootfstype=" }, "a", NULL, NULL, NULL, -1 },
	{ { "root=a rootflags=b", "rootflags=" }, "a", NULL, "b,", NULL, -1 },
	{ { "root=a rootflags=", "rootflags=b" }, "a", NULL, "b", NULL, -1 },
	{ { "root=a root=x", "quiet", "rw" }, "x", NULL, NULL, NULL, 1 },
	{ { "root=a rootfstype=b", "mount.usr=u usrhash=v" }, "a", "b", NULL, NULL, -1 },
	{ { "root=a", "" }, "a", NULL, NULL, NULL, -1 },
	{ { "" }, NULL, NULL, NULL, NULL, -1 },
};

static void test_roots(void)
{
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
		struct cmdline cmdline = CMDLINE_INIT;
		const char *name = roots[i].texts[1] ?: roots[i].texts[0];
		char *texts[3] = {};

		for (int n = 0; n < 3 && roots[i].texts[n]; n++) {
			texts[n] = strdup(roots[i].texts[n]);
			CHECK_INT(cmdline_parse(&cmdline, texts[n], NULL), 0, name);
		}

		CHECK_TEXT(cmdline.root.what, roots[i].what, name);
		CHECK_TEXT(cmdline.root.fstype, roots[i].fstype, name);
		CHECK_TEXT(cmdline.root.flags, roots[i].flags, name);
		CHECK_TEXT(cmdline.roothash, roots[i].hash, name);
		CHECK_INT(cmdline.rw, roots[i].rw, name);
		cmdline_done(&cmdline);
		for (int n = 0; n < 3; n++)
			free(texts[n]);
	}
}

static void test_usr(void)
{
	char stored[] = "root=a rw mount.usr=b mount.usrfstype=c mount.usrflags=d usrhash=e";
	char line[] = "mount.usr=x mount.usrflags=y";
	struct cmdline cmdline = CMDLINE_INIT;

	CHECK_INT(cmdline_parse(&cmdline, stored, NULL), 0, "stored");
	CHECK_INT(cmdline_parse(&cmdline, line, NULL), 0, "line");
	CHECK_TEXT(cmdline.usr.what, "x", "mount.usr");
	CHECK_TEXT(cmdline.usr.fstype, NULL, "mount.usrfstype");
	CHECK_TEXT(cmdline.usr.flags, "y", "mount.usrflags");
	CHECK_TEXT(cmdline.usrhash, NULL, "usrhash");
	CHECK_TEXT(cmdline.root.what, "a", "root");
	CHECK_INT(cmdline.rw, 1, "rw");
	cmdline_done(&cmdline);
}

/* All other parameters continue from text to text. */
static void test_others(void)
{
	char stored[] = "fstag.timeout=5 init=/a systemd.verity=0 fstag.remount=bind rootwait";
	char line[] = "root=x fstag.remount=no";
	struct cmdline cmdline = CMDLINE_INIT;

	CHECK_INT(cmdline_parse(&cmdline, stored, NULL), 0, "stored");
	CHECK_INT(cmdline_parse(&cmdline, line, NULL), 0, "line");
	CHECK_TEXT(cmdline.timeout, "5", "fstag.timeout");
	CHECK_TEXT(cmdline.system_init, "/a", "init");
	CHECK_TEXT(cmdline.remount, "no", "fstag.remount");
	CHECK_TEXT(cmdline.rootwait, "", "rootwait");
	CHECK_INT(cmdline.verity, false, "systemd.verity");
	cmdline_done(&cmdline);
}

static const struct stray_word strays[] = {
	{ .kind = STRAY_UNKNOWN, .key = "fstag.timeuot", .value = "5", .file = "stored" },
	{ .kind = STRAY_NO_VALUE, .key = "fstag.timeout", .file = "stored" },
	{ .kind = STRAY_TAG, .key = "fstag:a", .tag = "a" },
	{ .kind = STRAY_TAG, .key = "FSTAG:b", .value = "c", .tag = "b" },
	{ .kind = STRAY_TAG, .key = "fstag", .value = "d", .tag = "d" },
	{ .kind = STRAY_TAG, .key = "foo", .value = "fstag:e", .tag = "e" },
	{ .kind = STRAY_UNKNOWN, .key = "fstag.foo", .value = "" },
};

static void test_strays(void)
{
	char stored[] = "rd.fstag.timeuot=5 fstag.timeout";
	char line[] = "fstag:a root=fstag:x FSTAG:b=c quiet fstag fstag=d rd.fstag.remount=bind "
		      "foo=fstag:e fstagx=f foo=xfstag: fstag.timeout= fstag.foo=";
	struct cmdline cmdline = CMDLINE_INIT;

	CHECK_INT(cmdline_parse(&cmdline, stored, "stored"), 0, "stored");
	CHECK_INT(cmdline_parse(&cmdline, line, NULL), 0, "line");
	CHECK_INT(cmdline.n_strays, ELEMENTSOF(strays), "strays");
	for (size_t i = 0; i < cmdline.n_strays && i < ELEMENTSOF(strays); i++) {
		const struct stray_word *found = &cmdline.strays[i];

		CHECK_INT(found->kind, strays[i].kind, strays[i].key);
		CHECK_TEXT(found->key, strays[i].key, "key");
		CHECK_TEXT(found->value, strays[i].value, strays[i].key);
		CHECK_TEXT(found->tag, strays[i].tag, strays[i].key);
		CHECK_TEXT(found->file, strays[i].file, strays[i].key);
	}
	cmdline_done(&cmdline);
}

int main(void)
{
	test_strays();
	test_roots();
	test_usr();
	test_others();
	return TEST_RESULT;
}
