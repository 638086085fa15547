/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <fcntl.h>
#include <libmount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "test.h"

#define OVERLAY "36 25 0:33 / / rw,relatime shared:1 - overlay "

/* The tree has one folder with something in it and one without. */
static const struct {
	const char *line;
	bool is_over;
} overlays[] = {
	{ OVERLAY "overlay rw,lowerdir=/full,upperdir=/x,workdir=/y\n", true },
	{ OVERLAY "overlay rw,lowerdir=/empty,upperdir=/x,workdir=/y\n", false },
	{ OVERLAY "overlay rw,lowerdir=/run/rootfsbase,upperdir=/run/overlayfs,workdir=/w\n",
	  false },
	{ OVERLAY "overlay rw,lowerdir=/,upperdir=/x\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x:/y::/full\n", true },
	{ OVERLAY "overlay rw,lowerdir+=/x,datadir+=/full\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x,upperdir=/full/sub/\n", true },
	{ OVERLAY "overlay rw,lowerdir=full\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x\\054y\n", true },
	{ OVERLAY "overlay rw,lowerdir=/x,redirect_dir=on,userxattr\n", false },
	{ OVERLAY "lowerdir=/full rw\n", false },
	{ "36 25 0:33 / /a rw - tmpfs overlay rw,lowerdir=/full\n", false },
};

/* The table owns the mount. */
static struct libmnt_table *parse(const char *line, struct libmnt_fs **ret_mount)
{
	struct libmnt_table *table = mnt_new_table();
	FILE *file = fmemopen((char *)line, strlen(line), "r");

	CHECK_INT(mnt_table_parse_stream(table, file, "mountinfo"), 0, line);
	CHECK_INT(mnt_table_first_fs(table, ret_mount), 0, line);
	(void)fclose(file);
	return table;
}

static void check_overlay(const char *line, int tree, bool is_over)
{
	struct libmnt_fs *mount;
	struct libmnt_table *table = parse(line, &mount);

	CHECK_INT(mount_is_over(mount, tree), is_over, line);
	mnt_unref_table(table);
}

static void check_rootfs(const char *line, bool is_rootfs)
{
	struct libmnt_fs *mount;
	struct libmnt_table *table = parse(line, &mount);

	CHECK_INT(mount_is_on(mount, makedev(0, 2)), true, "its device");
	CHECK_INT(mount_is_on(mount, makedev(2, 0)), false, "another device");
	CHECK_INT(mount_is_rootfs(mount), is_rootfs, line);
	mnt_unref_table(table);
}

static int make_tree(const char *folder)
{
	int tree = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK_INT(mkdirat(tree, "full", 0700), 0, "full");
	CHECK_INT(mkdirat(tree, "full/sub", 0700), 0, "sub");
	CHECK_INT(mkdirat(tree, "full/sub/x", 0700), 0, "x");
	CHECK_INT(mkdirat(tree, "empty", 0700), 0, "empty");
	return tree;
}

static void remove_tree(int tree, const char *folder)
{
	(void)unlinkat(tree, "full/sub/x", AT_REMOVEDIR);
	(void)unlinkat(tree, "full/sub", AT_REMOVEDIR);
	(void)unlinkat(tree, "full", AT_REMOVEDIR);
	(void)unlinkat(tree, "empty", AT_REMOVEDIR);
	(void)close(tree);
	CHECK_INT(rmdir(folder), 0, "rmdir");
}

int main(void)
{
	char folder[] = "/tmp/fstag-test-mounts-XXXXXX";
	int tree;

	CHECK(mkdtemp(folder), "mkdtemp");
	tree = make_tree(folder);
	for (size_t i = 0; i < sizeof overlays / sizeof overlays[0]; i++)
		check_overlay(overlays[i].line, tree, overlays[i].is_over);
	remove_tree(tree, folder);

	check_rootfs("1 1 0:2 / / rw,relatime - rootfs rootfs rw,size=1k\n", true);
	check_rootfs("1 1 0:2 / / rw - rootfs2 rootfs rw\n", false);
	return TEST_RESULT;
}
