/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The aliases of the devices of recorded trees of sysfs. usage: test-alias DIRECTORY */
#include "alias.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>

#include "cleanup.h"
#include "sysfs.h"
#include "test.h"
#include "text.h"

/* The n-th device has the slot after its number, see the lists. */
static void check(struct udev *udev, const char *list, unsigned device, const char *expected)
{
	_cleanup_free_ char *alias = NULL;
	char path[128];
	int r;

	(void)snprintf(path, sizeof path, "/sys/devices/pci0000:00/0000:00:%02x.0/virtio%u",
		       device + 2, device);
	r = alias_find(udev, path, &alias);
	CHECK(r == (expected ? 0 : -ENODEV), "%s, virtio%u: %d", list, device, r);
	CHECK_TEXT(alias, expected, list);
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *list;
		unsigned device;
		const char *alias;
	} table[] = {
		{ "shares", 0, NULL },
		{ "shares", 1, "/dev/fstag/myfs" },
		{ "shares", 2, "/dev/fstag/other%20share" },
		{ "shares", 3, NULL },
		{ "shares-before-6.9", 1, NULL },
		{ "driverless", 1, NULL },
		{ "driverless", 2, NULL },
		{ "twins", 1, "/dev/fstag/twin" },
		{ "twins", 2, "/dev/fstag/twin" },
		{ "twins", 4, "/dev/fstag/twin" },
		{ "hostile-virtiofs", 1, "/dev/fstag/two%0Alines%0A" },
		{ "hostile-virtiofs", 2, "/dev/fstag/%1B%5B31mred%07" },
		{ "hostile-virtiofs", 3, NULL },
		{ "hostile-virtiofs", 4, "/dev/fstag/a-tag-that-fills-all-of-the-36-bytes" },
		{ "hostile-virtiofs", 5, "/dev/fstag/%2E" },
		{ "hostile-virtiofs", 6, "/dev/fstag/%2E%2E" },
		{ "hostile-virtiofs", 7, "/dev/fstag/%FC%2F%20%2541%5C" },
		{ "hostile-virtiofs", 8, NULL },
		{ "hostile-9p", 1, "/dev/fstag/two%0Alines" },
		{ "hostile-9p", 3, NULL },
		{ "hostile-9p", 6, "/dev/fstag/%2E%2E" },
		{ "hostile-9p", 8, NULL },
		{ "hostile-9p", 9, NULL },
	};
	const char *made = NULL;
	struct udev *udev;

	if (argc != 2)
		return EXIT_FAILURE;

	sysfs_enter();
	udev = udev_new();
	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		if (!made || !streq(made, table[i].list))
			sysfs_make(argv[1], made = table[i].list);
		check(udev, table[i].list, table[i].device, table[i].alias);
	}
	(void)udev_unref(udev);
	return TEST_RESULT;
}
