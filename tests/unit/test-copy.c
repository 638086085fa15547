/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void make_source(void)
{
	FILE *file;

	CHECK_INT(mkdir("usr", 0755), 0, "usr");
	CHECK_INT(mkdir("usr/lib", 0711), 0, "usr/lib");
	CHECK_INT(symlink("usr/lib", "lib"), 0, "lib");
	CHECK_INT(symlink("../lib/a.so.1.2", "usr/lib/a.so.1"), 0, "a link");
	CHECK_INT(symlink("loop", "loop"), 0, "loop");
	file = fopen("usr/lib/a.so.1.2", "we");
	CHECK(file, "a file");
	(void)fputs("text", file);
	(void)fclose(file);
	CHECK_INT(chmod("usr/lib/a.so.1.2", 0751), 0, "chmod");
}

/* The link that the path goes through, the one at its end, and the target of that. */
static void check_copied(int tree, const char *directory)
{
	char path[PATH_MAX], target[16] = "";
	struct stat st = {};

	(void)snprintf(path, sizeof path, "%s/lib", directory + 1);
	CHECK_INT(readlinkat(tree, path, target, sizeof target - 1), 7, "length of a link");
	CHECK_TEXT(target, "usr/lib", "link");

	(void)snprintf(path, sizeof path, "%s/usr/lib", directory + 1);
	CHECK_INT(fstatat(tree, path, &st, AT_SYMLINK_NOFOLLOW), 0, "stat of the directory");
	CHECK_INT(st.st_mode, S_IFDIR | 0711, "mode of the directory");

	(void)snprintf(path, sizeof path, "%s/lib/a.so.1", directory + 1);
	CHECK_INT(fstatat(tree, path, &st, 0), 0, "stat of the file");
	CHECK_INT(st.st_mode, S_IFREG | 0751, "mode of the file");
	CHECK_INT(st.st_size, 4, "size");
}

static int add(int tree, const char *directory, const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	return copy_path(tree, path);
}

int main(void)
{
	char directory[] = "/tmp/fstag-test-copy-XXXXXX", to[] = "/tmp/fstag-test-copy-XXXXXX";
	int tree;

	CHECK(mkdtemp(directory) && mkdtemp(to), "mkdtemp");
	CHECK_INT(chdir(directory), 0, "chdir");
	make_source();
	tree = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK_INT(add(tree, directory, "lib/a.so.1"), 0, "add");
	CHECK_INT(add(tree, directory, "lib/a.so.1"), 0, "add again");
	check_copied(tree, directory);
	CHECK_INT(add(tree, directory, "lib/nothing"), -ENOENT, "no such file");
	CHECK_INT(add(tree, directory, "loop"), -ELOOP, "loop");
	CHECK_INT(copy_path(tree, "/dev/null"), -EINVAL, "device");

	(void)close(tree);
	(void)nftw(directory, remove_one, 8, FTW_PHYS | FTW_DEPTH);
	(void)nftw(to, remove_one, 8, FTW_PHYS | FTW_DEPTH);
	return TEST_RESULT;
}
