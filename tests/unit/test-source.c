/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parses the argument of fstag-wait, and checks whether the source is available. usage: test-source
 * DIRECTORY */
#include "source.h"

#include <errno.h>
#include <libudev.h>

#include "cleanup.h"
#include "sysfs.h"
#include "test.h"
#include "text.h"

static void check_accepted(void)
{
	static const struct {
		const char *text, *types, *name;
	} table[] = {
		{ "virtiofs:myfs", "virtiofs", "myfs" },
		{ "virtiofs,9p:my fs", "virtiofs,9p", "my fs" },
		{ "9p:a:b", "9p", "a:b" },
		{ "9p::", "9p", ":" },
		{ "9p:a,b:c", "9p", "a,b:c" },
		{ "ubifs:ubi0:rootfs", "ubifs", "ubi0:rootfs" },
		{ "jffs2:mtd:x", "jffs2", "mtd:x" },
		/* Other types may be listed beside one that can be waited for. */
		{ "nfs,9p:a", "nfs,9p", "a" },
		{ "ext4,fuse.x,9p:a", "ext4,fuse.x,9p", "a" },
		{ "9p,9p:a", "9p,9p", "a" },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		_cleanup_(source_done) struct source source = {};

		CHECK_INT(source_parse(table[i].text, NULL, &source), 0, table[i].text);
		CHECK_TEXT(source.types, table[i].types, table[i].text);
		CHECK_TEXT(source.name, table[i].name, table[i].text);
	}
}

static void check_refused(void)
{
	static const struct {
		const char *text;
		int r;
	} table[] = {
		{ "", -EINVAL },
		{ "myfs", -EINVAL },
		{ ":", -EINVAL },
		{ ":myfs", -EINVAL },
		{ "virtiofs", -EINVAL },
		{ "virtiofs:", -EINVAL },
		{ ",virtiofs:x", -EINVAL },
		{ "virtiofs,:x", -EINVAL },
		{ "virtiofs,,9p:x", -EINVAL },
		{ "virtio fs:x", -EINVAL },
		{ "../virtiofs:x", -EINVAL },
		{ "-9p:x", -EINVAL },
		{ "9p\n:x", -EINVAL },
		{ "fuse.:x", -EINVAL },
		/* The kernel may be able to load them, but there is nothing to wait for. */
		{ "ext4:x", -EOPNOTSUPP },
		{ "nfs:10.0.2.2:/export", -EOPNOTSUPP },
		{ "fuse.9p:x", -EOPNOTSUPP },
		{ "VIRTIOFS:x", -EOPNOTSUPP },
		{ "virtiofs2:x", -EOPNOTSUPP },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		struct source source = {};

		CHECK_INT(source_parse(table[i].text, NULL, &source), table[i].r, table[i].text);
		CHECK(!source.types && !source.name, "%s: it leaves something", table[i].text);
	}
}

static void check_looks(const char *directory, struct udev *udev)
{
	static const struct {
		const char *list, *text;
		int r;
	} table[] = {
		{ "shares", "virtiofs:myfs", 1 },
		{ "shares", "9p:other share", 1 },
		{ "shares", "virtiofs,9p:other share", 1 },
		{ "shares", "9p,virtiofs:myfs", 1 },
		{ "shares", "ext4,nfs,virtiofs:myfs", 1 },
		{ "shares", "9p:myfs", 0 },
		{ "shares", "virtiofs:other share", 0 },
		{ "shares", "virtiofs,9p:other", 0 },
		{ "shares", "virtiofs,9p:myfs ", 0 },
		{ "shares-before-6.9", "9p:other share", 1 },
		{ "driverless", "virtiofs,9p:myfs", 0 },
		{ "twins", "virtiofs:twin", 1 },
		{ "twins", "9p:twin", 1 },
		{ "hostile-virtiofs", "virtiofs:two\nlines\n", 1 },
		{ "hostile-virtiofs", "virtiofs:two\nlines", 0 },
		{ "hostile-virtiofs", "virtiofs:..", 1 },
		{ "hostile-virtiofs", "virtiofs:a-tag-that-fills-all-of-the-36-bytes", 1 },
		{ "hostile-virtiofs", "virtiofs:a-tag-that-fills-all-of-the-36-byte", 0 },
		{ "hostile-9p", "9p:a-tag-that-fills-all-of-the-36-bytes", 1 },
		{ "hostile-9p", "9p:a-tag-that-fills-all-of-the-36-bytes!", 0 },
		{ "ubi", "ubifs:ubi0:rootfs", 1 },
		{ "ubi", "ubifs:ubi!my data", 1 },
		{ "ubi", "ubifs:ubi0_1", 1 },
		{ "ubi", "ubifs:ubi1:rootfs", 0 },
		{ "ubi", "ubifs:ubi2", 0 },
		{ "ubi", "jffs2:ubi0_1", 0 },
		{ "mtd", "jffs2:mtd10", 1 },
		{ "mtd", "jffs2:mtd:boot loader", 1 },
		{ "mtd", "romfs:mtd:boot loader", 1 },
		{ "mtd", "ubifs,romfs:mtd0", 1 },
		{ "mtd", "jffs2:mtd0ro", 0 },
		{ "mtd", "jffs2:mtd1", 0 },
		{ "mtd", "ubifs:mtd10", 0 },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		_cleanup_(source_done) struct source source = {};

		sysfs_make(directory, table[i].list);
		CHECK_INT(source_parse(table[i].text, NULL, &source), 0, table[i].text);
		CHECK_INT(source_look(&source, udev), table[i].r, table[i].text);
	}
}

int main(int argc, char *argv[])
{
	struct udev *udev;

	if (argc != 2)
		return EXIT_FAILURE;

	check_accepted();
	check_refused();
	if (TEST_RESULT != EXIT_SUCCESS)
		return TEST_RESULT;

	sysfs_enter();
	udev = udev_new();
	check_looks(argv[1], udev);
	(void)udev_unref(udev);
	return TEST_RESULT;
}
