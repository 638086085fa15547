/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "test.h"

#define OVERLAY "36 25 0:33 / / rw,relatime shared:1 - overlay "

/* The tree has one directory with something in it and one without. */
static const struct {
	const char *line;
	bool is_over;
} overlays[] = {
	{ OVERLAY "overlay rw,lowerdir=/full,upperdir=/x,workdir=/y\n", true },
	{ OVERLAY "overlay rw,lowerdir=/empty,upperdir=/x,workdir=/y\n", false },
	{ OVERLAY "overlay rw,lowerdir=/x,upperdir=/empty,workdir=/y\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x,upperdir=/y,workdir=/empty\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x,upperdir=/empty/no,workdir=/full/no\n", false },
	{ OVERLAY "overlay rw,lowerdir=/empty/x,upperdir=/x,workdir=/link\n", true },
	{ OVERLAY "overlay rw,lowerdir=/run/rootfsbase,upperdir=/run/overlayfs,workdir=/w\n",
	  false },
	{ OVERLAY "overlay rw,lowerdir=/,upperdir=/x\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x:/y::/full\n", true },
	{ OVERLAY "overlay rw,lowerdir+=/x,datadir+=/full\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x,upperdir=/full/a:/x/\n", true },
	{ OVERLAY "overlay rw,lowerdir+=/x,lowerdir+=/full/a:/x\n", true },
	{ OVERLAY "overlay rw,lowerdir+=/q\"uote,lowerdir+=/full\n", true },
	{ OVERLAY "overlay rw,seclabel,lowerdir=/x,redirect_dir=on,default_permissions\n", false },
	{ OVERLAY "overlay rw,lowerdir=full\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x\\054y\n", true },
	{ OVERLAY "lowerdir=/full rw\n", false },
	{ "36 25 0:33 / /a - tmpfs overlay rw,lowerdir=/full\n", false },
	{ "", false },
};

static int make_tree(const char *directory)
{
	int tree = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK_INT(mkdirat(tree, "full", 0700), 0, "full");
	CHECK_INT(mkdirat(tree, "full/a:", 0700), 0, "a:");
	CHECK_INT(mkdirat(tree, "full/a:/x", 0700), 0, "x");
	CHECK_INT(mkdirat(tree, "full/a:/x/y", 0700), 0, "y");
	CHECK_INT(mkdirat(tree, "empty", 0700), 0, "empty");
	CHECK_INT(symlinkat("/empty", tree, "link"), 0, "link");
	return tree;
}

static void remove_tree(int tree, const char *directory)
{
	(void)unlinkat(tree, "full/a:/x/y", AT_REMOVEDIR);
	(void)unlinkat(tree, "full/a:/x", AT_REMOVEDIR);
	(void)unlinkat(tree, "full/a:", AT_REMOVEDIR);
	(void)unlinkat(tree, "full", AT_REMOVEDIR);
	(void)unlinkat(tree, "empty", AT_REMOVEDIR);
	(void)unlinkat(tree, "link", 0);
	(void)close(tree);
	CHECK_INT(rmdir(directory), 0, "rmdir");
}

static const struct {
	const char *line, *path;
	int result;
} namespaces[] = {
	{ "29 24 0:4 mnt:[4026532260] /run/a/b rw shared:1 - nsfs nsfs rw\n", "/run/a/b", 1 },
	{ "29 24 0:4 mnt:[4026532260] /run/a\\040b\\134c rw - nsfs nsfs rw\n", "/run/a b\\c", 1 },
	{ "29 24 0:4 net:[4026532260] /run/netns/a rw - nsfs nsfs rw\n", NULL, 0 },
	{ "29 24 0:4 mnt:[4026532260] /run/a rw - tmpfs nsfs rw\n", NULL, 0 },
	{ "", NULL, 0 },
};

static void test_namespaces(void)
{
	char path[PATH_MAX];
	ino_t number = 0;

	for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++) {
		int r = mount_parse_namespace(namespaces[i].line, &number, path);

		CHECK_INT(r, namespaces[i].result, namespaces[i].line);
		if (r > 0)
			CHECK_INT(number, 4026532260, namespaces[i].line);
		if (r > 0)
			CHECK_TEXT(path, namespaces[i].path, namespaces[i].line);
	}
}

int main(void)
{
	static const char line[] = "1 1 0:2 / / rw,relatime - rootfs rootfs rw,size=1k\n";
	char directory[] = "/tmp/fstag-test-mounts-XXXXXX";
	int tree;

	CHECK(mkdtemp(directory), "mkdtemp");
	tree = make_tree(directory);
	for (size_t i = 0; i < sizeof overlays / sizeof overlays[0]; i++)
		CHECK_INT(mount_is_over(overlays[i].line, tree), overlays[i].is_over,
			  overlays[i].line);
	remove_tree(tree, directory);
	test_namespaces();

	CHECK_INT(mount_is_on(line, makedev(0, 2)), true, "its device");
	CHECK_INT(mount_is_on(line, makedev(2, 0)), false, "another device");
	CHECK_INT(mount_is_rootfs(line), true, "rootfs");
	CHECK_INT(mount_is_rootfs("1 1 0:2 / / rw - rootfs2 rootfs rw\n"), false, "no rootfs");
	return TEST_RESULT;
}
