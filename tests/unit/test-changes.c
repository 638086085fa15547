/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree that other processes change while it is copied: everything that they do not touch arrives.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "measure.h"
#include "processors.h"
#include "test.h"
#include "tree.h"

#define FILES 300
#define COPIES 20
#define SIZE 20000

struct changer {
	int root;
	atomic_bool is_over;
	atomic_uint rounds;
};

static void write_file(int root, const char *name, char byte, size_t size)
{
	_cleanup_close_ int fd = openat(root, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char bytes[SIZE];

	memset(bytes, byte, size);
	CHECK_INT(write(fd, bytes, size), size, name);
}

/* What programs do: replace, create, delete and truncate. */
static void change(int root, unsigned i)
{
	char name[32];

	(void)snprintf(name, sizeof name, "b/config%u", i % 8);
	write_file(root, "b/new", 'n', 1 + i * 7919 % SIZE);
	CHECK_INT(renameat(root, "b/new", root, name), 0, name);

	(void)snprintf(name, sizeof name, "b/directory%u", i % 16);
	if (mkdirat(root, name, 0700) == 0) {
		(void)snprintf(name, sizeof name, "b/directory%u/file", i % 16);
		write_file(root, name, 'f', 100);
	} else {
		(void)snprintf(name, sizeof name, "b/directory%u/file", i % 16);
		(void)unlinkat(root, name, 0);
		(void)snprintf(name, sizeof name, "b/directory%u", i % 16);
		(void)unlinkat(root, name, AT_REMOVEDIR);
	}

	(void)snprintf(name, sizeof name, "b/link%u", i % 16);
	if (unlinkat(root, name, 0) < 0)
		CHECK_INT(i % 2 ? symlinkat("x", root, name) : linkat(root, "b/log", root, name, 0),
			  0, name);
	write_file(root, "b/log", 'l', i % 2 ? SIZE : 10);
}

static void *change_all(void *context)
{
	struct changer *changer = context;

	while (!changer->is_over)
		change(changer->root, changer->rounds++);
	return NULL;
}

static void check_files(int to)
{
	char name[32];

	for (int i = 0; i < FILES; i++) {
		struct stat st = {};

		(void)snprintf(name, sizeof name, "a/%d", i);
		CHECK_INT(fstatat(to, name, &st, 0), 0, name);
		CHECK_INT(st.st_size, 2000, name);
		(void)snprintf(name, sizeof name, "b/%d", i);
		CHECK_INT(fstatat(to, name, &st, 0), 0, name);
		CHECK_INT(st.st_size, 3000, name);
	}
}

static void copy(int from)
{
	struct tree_options options = { .changes = true };
	_cleanup_close_ int to = detached_mount("tmpfs");
	_cleanup_free_ char *path = NULL, *measured = NULL;
	struct tree_size size = {};
	int r;

	r = tree_measure(from, &options, &size, &measured);
	CHECK(r == 0, "measuring meets %s at '%s'", strerror(-r), measured ?: "");
	options.names = size.names;
	r = tree_copy(from, to, &options, &path);
	CHECK(r == 0, "copying meets %s at '%s'", strerror(-r), path ?: "");
	if (r == 0)
		check_files(to);
}

static void copy_while_it_changes(const char *type)
{
	_cleanup_close_ int from = detached_mount(type);
	struct changer changer = { .root = from };
	pthread_t thread;
	char name[32];

	CHECK_INT(mkdirat(from, "a", 0700), 0, "a");
	CHECK_INT(mkdirat(from, "b", 0700), 0, "b");
	for (int i = 0; i < FILES; i++) {
		(void)snprintf(name, sizeof name, "a/%d", i);
		write_file(from, name, 'a', 2000);
		(void)snprintf(name, sizeof name, "b/%d", i);
		write_file(from, name, 'b', 3000);
	}
	write_file(from, "b/log", 'l', 10);
	CHECK_INT(pthread_create(&thread, NULL, change_all, &changer), 0, "pthread_create");
	for (unsigned i = 0; i < COPIES; i++) {
		use_processors(1 + (int)i % 3);
		copy(from);
	}
	changer.is_over = true;
	(void)pthread_join(thread, NULL);
	CHECK(changer.rounds > COPIES, "only %u rounds", changer.rounds);
}

/* A name that was looked up just before it was deleted has a file without names. */
static void measure_deleted_file(void)
{
	const struct statx stx = { .stx_mode = S_IFREG, .stx_size = 10, .stx_blksize = 4096 };
	struct measure measure = { .is_ramfs = true };

	CHECK_INT(measure_visitor.entry(&measure, NULL, "deleted", &stx), 0, "entry");
	CHECK_INT(measure.size.bytes, 4096, "bytes");
}

int main(void)
{
	_cleanup_close_ int fs = detached_mount("ramfs");

	if (fs == -EPERM)
		return 77;

	measure_deleted_file();
	copy_while_it_changes("ramfs");
	copy_while_it_changes("tmpfs");
	return TEST_RESULT;
}
