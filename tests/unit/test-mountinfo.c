/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "test.h"

/* As kernels have shown them, except for the last two. */
static const struct {
	const char *line;
	struct mount mount;
} lines[] = {
	{ "1 1 0:2 / / rw - rootfs rootfs rw,size=486896k,nr_inodes=121724\n",
	  { 1, 1, 0, "/", "/", "rootfs", "rootfs", "rw,size=486896k,nr_inodes=121724" } },
	{ "26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n",
	  { 26, 1, 0, "/", "/", "ext4", "/dev/vda1", "rw" } },
	{ "70 26 0:33 / /var rw shared:3 master:1 propagate_from:2 - tmpfs fstag rw\n",
	  { 70, 26, 0, "/", "/var", "tmpfs", "fstag", "rw" } },
	{ "71 26 0:34 /a\\040b /mnt/x\\040y\\011\\012\\134z rw - 9p my\\040tag\\043 "
	  "rw,trans=virtio\n",
	  { 71, 26, 0, "/a b", "/mnt/x y\t\n\\z", "9p", "my tag#", "rw,trans=virtio" } },
	{ "72 26 0:35 / /o rw - overlay overlay rw,lowerdir=/q\"u:/x\\054y,upperdir=/a\\040-\n",
	  { 72, 26, 0, "/", "/o", "overlay", "overlay",
	    "rw,lowerdir=/q\"u:/x\\054y,upperdir=/a\\040-" } },
	{ "73 26 0:4 mnt:[4026532260] /run/a rw shared:1 - nsfs nsfs rw\n",
	  { 73, 26, 0, "mnt:[4026532260]", "/run/a", "nsfs", "nsfs", "rw" } },
	/* mount -t tmpfs "" /mnt */
	{ "74 26 0:36 / /mnt rw -  tmpfs rw\n", { 74, 26, 0, "/", "/mnt", "", "tmpfs", "rw" } },
	{ "75 26 0:37 / /mnt rw - tmpfs  rw\n", { 75, 26, 0, "/", "/mnt", "tmpfs", "", "rw" } },
	{ "76 26 0:38 / /mnt/- rw - tmpfs - rw\n",
	  { 76, 26, 0, "/", "/mnt/-", "tmpfs", "-", "rw" } },
	{ "77 26 0:39 / /mnt/\\9\\08\\ rw - tmpfs a\\ rw\n",
	  { 77, 26, 0, "/", "/mnt/\\9\\08\\", "tmpfs", "a\\", "rw" } },
	{ "4294967301 4294967302 0:40 / /mnt rw - tmpfs tmpfs rw\n",
	  { 4294967301, 4294967302, 0, "/", "/mnt", "tmpfs", "tmpfs", "rw" } },
};

static const char *const bad_lines[] = {
	"\n",
	"26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
	"26 1 253:1 / / rw,relatime shared:1 - ext4 /dev/vda1\n",
	"26 1 253:1 / / rw,relatime shared:1 - ext4\n",
	"26 1 253:1 / / rw,relatime shared:1\n",
	"26 1 253:1 / / - \n",
	"26 1 253:1 /\n",
	"26 1 253 / / rw - ext4 /dev/vda1 rw\n",
	"rootfs / rootfs rw 0 0\n",
};

static int write_lines(const char *const texts[], size_t n)
{
	int fd = memfd_create("mountinfo", MFD_CLOEXEC);

	for (size_t i = 0; i < n; i++)
		CHECK_INT(write(fd, texts[i], strlen(texts[i])), strlen(texts[i]), texts[i]);
	return fd;
}

static int read_lines(struct mountinfo *mountinfo, int fd)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return mountinfo_read(mountinfo, AT_FDCWD, path);
}

static void check_mount(const struct mount *mount, const struct mount *expected, const char *line)
{
	CHECK_INT(mount->id, expected->id, line);
	CHECK_INT(mount->parent, expected->parent, line);
	CHECK_TEXT(mount->root, expected->root, line);
	CHECK_TEXT(mount->point, expected->point, line);
	CHECK_TEXT(mount->type, expected->type, line);
	CHECK_TEXT(mount->source, expected->source, line);
	CHECK_TEXT(mount->options, expected->options, line);
}

static void check_lines(void)
{
	const size_t n = sizeof lines / sizeof lines[0];
	const char *texts[sizeof lines / sizeof lines[0]];
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	_cleanup_close_ int fd = -EBADF;
	struct mount mount;

	for (size_t i = 0; i < n; i++)
		texts[i] = lines[i].line;
	fd = write_lines(texts, n);
	CHECK_INT(read_lines(&mountinfo, fd), 0, "reading");
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(mountinfo_next(&mountinfo, &mount), 1, texts[i]);
		check_mount(&mount, &lines[i].mount, texts[i]);
		if (i == 1)
			CHECK_INT(mount.device, makedev(253, 1), texts[i]);
	}
	CHECK_INT(mountinfo_next(&mountinfo, &mount), 0, "the end");
}

/* A good line before it does not hide it. */
static void check_bad_line(const char *line)
{
	const char *texts[] = { lines[0].line, line };
	_cleanup_close_ int fd = write_lines(texts, 2);
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;

	CHECK_INT(read_lines(&mountinfo, fd), 0, line);
	CHECK_INT(mountinfo_next(&mountinfo, &mount), 1, line);
	CHECK_INT(mountinfo_next(&mountinfo, &mount), -EBADMSG, line);
}

static void check_own(void)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;
	int n = 0, r;

	CHECK_INT(mountinfo_read(&mountinfo, AT_FDCWD, "/proc/self/mountinfo"), 0, "our own");
	while ((r = mountinfo_next(&mountinfo, &mount)) > 0)
		n++;
	CHECK_INT(r, 0, "our own");
	CHECK(n > 0, "no mount");
}

int main(void)
{
	static const struct {
		const char *type, *root;
		bool keeps;
	} namespaces[] = {
		{ "nsfs", "mnt:[4026532260]", true },
		{ "nsfs", "net:[4026532260]", false },
		{ "tmpfs", "mnt:[4026532260]", false },
	};
	struct mountinfo mountinfo = {};

	check_lines();
	for (size_t i = 0; i < sizeof bad_lines / sizeof bad_lines[0]; i++)
		check_bad_line(bad_lines[i]);
	check_own();
	CHECK_INT(mountinfo_read(&mountinfo, AT_FDCWD, "/proc/self/no"), -ENOENT, "no file");
	for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++) {
		struct mount mount = { .type = namespaces[i].type, .root = namespaces[i].root };
		ino_t number = 0;

		CHECK_INT(mountinfo_keeps_namespace(&mount, &number), namespaces[i].keeps,
			  mount.root);
		CHECK_INT(number, namespaces[i].keeps ? 4026532260 : 0, mount.root);
	}

	return TEST_RESULT;
}
