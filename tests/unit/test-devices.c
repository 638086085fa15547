/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks over recorded trees of sysfs. usage: test-devices DIRECTORY */
#include "devices.h"

#include <libudev.h>

#include "cleanup.h"
#include "sysfs.h"
#include "test.h"
#include "text.h"

#define LINES_MAX 32

struct seen {
	unsigned n, limit;
	char *lines[LINES_MAX];
};

static const char *base(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : "-";
}

/* "<type> <name> <virtio device>" */
static int note(const struct device *device, void *data)
{
	struct seen *seen = data;

	if (seen->n == LINES_MAX || asprintf(&seen->lines[seen->n], "%s %s %s", device->type->name,
					     device->name, base(device->syspath)) < 0)
		return -ENOMEM;

	seen->n++;
	return seen->n == seen->limit;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Neither the kernel nor libudev guarantees an order. */
static void check_seen(const struct seen *seen, const char *const expected[], const char *what)
{
	unsigned n = 0;

	qsort((void *)seen->lines, seen->n, sizeof seen->lines[0], compare);
	for (; expected[n]; n++)
		CHECK_TEXT(n < seen->n ? seen->lines[n] : NULL, expected[n], what);
	CHECK_INT(seen->n, n, what);
}

static void forget(struct seen *seen)
{
	while (seen->n > 0)
		free(seen->lines[--seen->n]);
}

static int walk(const char *type, struct udev *udev, struct seen *seen)
{
	return devices_walk(udev, fs_type_find(type, strlen(type)), note, seen);
}

/* Which devices of the type a walk over the recorded tree finds. */
static const struct {
	const char *list;
	const char *type;
	const char *lines[LINES_MAX];
} walks[] = {
	{ "shares", "virtiofs", { "virtiofs myfs virtio1" } },
	{ "shares", "9p", { "9p other share virtio2" } },
	{ "shares", "ubifs", {} },
	{ "shares", "jffs2", {} },
	{ "shares-before-6.9", "virtiofs", {} },
	{ "shares-before-6.9", "9p", { "9p other share virtio2" } },
	{ "driverless", "virtiofs", {} },
	{ "driverless", "9p", {} },
	{ "twins", "virtiofs", { "virtiofs twin virtio1", "virtiofs twin virtio2" } },
	{ "twins", "9p", { "9p twin virtio3", "9p twin virtio4" } },
	{ "hostile-virtiofs",
	  "virtiofs",
	  {
		  "virtiofs \x1b[31mred\x07 virtio2",
		  "virtiofs  virtio3",
		  "virtiofs . virtio5",
		  "virtiofs .. virtio6",
		  "virtiofs a-tag-that-fills-all-of-the-36-bytes virtio4",
		  "virtiofs gone -",
		  "virtiofs two\nlines\n virtio1",
		  "virtiofs \xfc/ %41\\ virtio7",
	  } },
	{ "hostile-9p",
	  "9p",
	  {
		  "9p \x1b[31mred\x07 virtio2",
		  "9p  virtio3",
		  "9p . virtio5",
		  "9p .. virtio6",
		  "9p a-tag-that-fills-all-of-the-36-bytes virtio4",
		  "9p two\nlines virtio1",
		  "9p \xfc/ %41\\ virtio7",
	  } },
	{ "ubi",
	  "ubifs",
	  {
		  "ubifs ubi!my data -",
		  "ubifs ubi!rootfs -",
		  "ubifs ubi0 -",
		  "ubifs ubi0!my data -",
		  "ubifs ubi0!rootfs -",
		  "ubifs ubi0:my data -",
		  "ubifs ubi0:rootfs -",
		  "ubifs ubi0_0 -",
		  "ubifs ubi0_1 -",
		  "ubifs ubi1 -",
		  "ubifs ubi1!a:b\x1b!c -",
		  "ubifs ubi1:a:b\x1b!c -",
		  "ubifs ubi1_0 -",
		  "ubifs ubi:my data -",
		  "ubifs ubi:rootfs -",
	  } },
	{ "mtd",
	  "jffs2",
	  {
		  "jffs2 mtd0 -",
		  "jffs2 mtd10 -",
		  "jffs2 mtd:boot loader -",
		  "jffs2 mtd:rootfs -",
	  } },
};

static void check_walks(const char *directory, struct udev *udev)
{
	for (size_t i = 0; i < ELEMENTSOF(walks); i++) {
		struct seen seen = {};

		sysfs_make(directory, walks[i].list);
		CHECK_INT(walk(walks[i].type, udev, &seen), 0, walks[i].list);
		check_seen(&seen, walks[i].lines, walks[i].list);
		forget(&seen);
	}
}

static void check_hidden(const char *directory)
{
	static const struct {
		const char *list, *type;
		bool is_hidden;
	} table[] = {
		{ "shares", "virtiofs", false },      { "shares-before-6.9", "virtiofs", true },
		{ "shares-before-6.9", "9p", false }, { "driverless", "virtiofs", false },
		{ "driverless", "9p", false },	      { "mtd", "ubifs", false },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		const struct fs_type *type = fs_type_find(table[i].type, strlen(table[i].type));

		sysfs_make(directory, table[i].list);
		CHECK_INT(devices_are_hidden(type), table[i].is_hidden, table[i].list);
	}
}

static void check_driverless(const char *directory, struct udev *udev)
{
	static const struct {
		const char *list;
		const char *lines[LINES_MAX];
	} table[] = {
		{ "driverless", { "9p  virtio2", "virtiofs  virtio1" } },
		{ "hostile-9p", { "9p  virtio9" } },
		{ "shares", {} },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		struct seen seen = {};

		sysfs_make(directory, table[i].list);
		CHECK_INT(devices_walk_driverless(udev, note, &seen), 0, table[i].list);
		check_seen(&seen, table[i].lines, table[i].list);
		forget(&seen);
	}
}

/* At each of the names of a source. */
static void check_early_end(const char *directory, struct udev *udev)
{
	static const struct {
		const char *list;
		const char *type;
		unsigned n;
	} table[] = {
		{ "twins", "virtiofs", 2 },
		{ "twins", "9p", 2 },
		{ "ubi", "ubifs", 15 },
		{ "mtd", "jffs2", 4 },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		sysfs_make(directory, table[i].list);
		for (unsigned limit = 1; limit <= table[i].n; limit++) {
			struct seen seen = { .limit = limit };

			CHECK_INT(walk(table[i].type, udev, &seen), 1, table[i].list);
			CHECK_INT(seen.n, limit, table[i].list);
			forget(&seen);
		}
	}
}

int main(int argc, char *argv[])
{
	struct udev *udev;

	if (argc != 2)
		return EXIT_FAILURE;

	sysfs_enter();
	udev = udev_new();
	check_walks(argv[1], udev);
	check_hidden(argv[1]);
	check_driverless(argv[1], udev);
	check_early_end(argv[1], udev);
	(void)udev_unref(udev);
	return TEST_RESULT;
}
