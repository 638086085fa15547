/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "test.h"

static int n_found;

static int count(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)kind;
	n_found += ftw->level > 0;
	return 0;
}

static int count_files(const char *directory)
{
	n_found = 0;
	(void)nftw(directory, count, 4, FTW_PHYS);
	return n_found;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void add(struct outputs *outputs)
{
	CHECK_INT(outputs_add(outputs, OUTPUT_FILE, strdup("text\n"), "a.mount"), 0, "file");
	CHECK_INT(outputs_add(outputs, OUTPUT_LINK, strdup("../a.mount"), "b.wants/a.mount"), 0,
		  "link");
	CHECK_INT(outputs_add(outputs, OUTPUT_FILE, strdup("x"), "c.d/x.conf"), 0, "drop-in");
}

/* A partial result is removed, and existing files stay. */
static void test_undo(const char *directory)
{
	struct outputs outputs = {};
	const char *path = NULL;
	char name[4096];

	(void)snprintf(name, sizeof name, "%s/c.d", directory);
	CHECK_INT(mkdir(name, 0755), 0, "mkdir");
	(void)snprintf(name, sizeof name, "%s/c.d/x.conf", directory);
	CHECK_INT(symlink("nowhere", name), 0, "symlink");

	add(&outputs);
	CHECK_INT(outputs_write(&outputs, directory, &path), -EEXIST, "write");
	CHECK_TEXT(path, "c.d/x.conf", "path");
	CHECK_INT(count_files(directory), 2, "files that stay");
	outputs_done(&outputs);
	CHECK_INT(unlink(name), 0, "unlink");
}

/* So is a directory in which the file could not be created. */
static void test_undo_directory(const char *directory)
{
	struct outputs outputs = {};
	const char *path = NULL;

	CHECK_INT(outputs_add(&outputs, OUTPUT_FILE, strdup("x"), "d.d/%0300d", 0), 0, "drop-in");
	CHECK_INT(outputs_write(&outputs, directory, &path), -ENAMETOOLONG, "write");
	CHECK_INT(count_files(directory), 1, "files that stay");
	outputs_done(&outputs);
}

/* So is a file of which only a part could be written. */
static void test_no_room(const char *directory)
{
	struct rlimit limit, few = { .rlim_cur = 3 };
	struct outputs outputs = {};
	const char *path = NULL;

	CHECK_INT(getrlimit(RLIMIT_FSIZE, &limit), 0, "getrlimit");
	few.rlim_max = limit.rlim_max;
	add(&outputs);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &few), 0, "setrlimit");
	CHECK_INT(outputs_write(&outputs, directory, &path), -ENOSPC, "write");
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0, "setrlimit");
	CHECK_TEXT(path, "a.mount", "path");
	CHECK_INT(count_files(directory), 1, "files that stay");
	outputs_done(&outputs);
}

static void test_write(const char *directory)
{
	struct outputs outputs = {};
	const char *path = NULL;

	add(&outputs);
	CHECK_INT(outputs_write(&outputs, directory, &path), 0, "write");
	CHECK_INT(count_files(directory), 5, "files");
	CHECK_INT(outputs_write(&outputs, "/nonexistent", &path), -ENOENT, "no directory");
	outputs_done(&outputs);
}

int main(void)
{
	char directory[] = "/tmp/fstag-test-output-XXXXXX";

	CHECK(mkdtemp(directory), "mkdtemp");
	test_undo(directory);
	test_undo_directory(directory);
	test_no_room(directory);
	test_write(directory);
	(void)nftw(directory, remove_one, 4, FTW_PHYS | FTW_DEPTH);
	return TEST_RESULT;
}
