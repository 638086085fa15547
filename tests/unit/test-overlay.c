/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overlay.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* The tree has one directory with contents and one without. */
static const struct {
	const char *options;
	bool is_over;
} overlays[] = {
	{ "rw,lowerdir=/full,upperdir=/x,workdir=/y", true },
	{ "rw,lowerdir=/empty,upperdir=/x,workdir=/y", false },
	{ "rw,lowerdir=/x,upperdir=/empty,workdir=/y", true },
	{ "rw,lowerdir=/x,upperdir=/y,workdir=/empty", true },
	{ "rw,lowerdir=/x,upperdir=/empty/no,workdir=/full/no", false },
	{ "rw,lowerdir=/empty/x,upperdir=/x,workdir=/link", true },
	{ "rw,lowerdir=/run/rootfsbase,upperdir=/run/overlayfs,workdir=/w", false },
	{ "rw,lowerdir=/,upperdir=/x", true },
	{ "rw,lowerdir=/x:/y::/full", true },
	{ "rw,lowerdir+=/x,datadir+=/full", true },
	{ "rw,lowerdir=/x,upperdir=/full/a:/x/", true },
	{ "rw,lowerdir+=/x,lowerdir+=/full/a:/x", true },
	{ "rw,lowerdir+=/q\"uote,lowerdir+=/full", true },
	{ "rw,seclabel,lowerdir=/x,redirect_dir=on,default_permissions", false },
	{ "rw,lowerdir=full", true },
	{ "rw,lowerdir=/x\\054y", true },
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

int main(void)
{
	const struct mount named = { .type = "tmpfs",
				     .source = "overlay",
				     .options = "lowerdir=/full" };
	char directory[] = "/tmp/fstag-test-overlay-XXXXXX";
	int tree;

	CHECK(mkdtemp(directory), "mkdtemp");
	tree = make_tree(directory);
	for (size_t i = 0; i < sizeof overlays / sizeof overlays[0]; i++) {
		const char *options = overlays[i].options;
		const struct mount mount = { .type = "overlay", .options = options };

		CHECK_INT(overlay_has_layer_in(&mount, tree), overlays[i].is_over, options);
	}
	CHECK_INT(overlay_has_layer_in(&named, tree), false, "no overlay");
	remove_tree(tree, directory);

	return TEST_RESULT;
}
