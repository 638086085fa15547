/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs fstag-release on a directory instead of the initramfs. The linker's --wrap replaces what it
 * needs a boot for: what holds the initramfs, waits, and searches for users.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "initramfs.h"
#include "log.h"
#include "test.h"
#include "users.h"
#include "watch.h"

static const struct scenario {
	const char *what;
	int hold, left;	 /* what the functions return */
	bool is_ended;	 /* SIGTERM came before the switch */
	int users[6];	 /* what each search returns; the last one repeats */
	int n_users;	 /* how many of them there are */
	bool is_emptied; /* what is expected */
	int milliseconds;
} scenarios[] = {
	{ "no user", 0, 1, false, { 0 }, 1, true, 2000 },
	{ "a user that ends", 0, 1, false, { 1, 1, 0 }, 3, true, 2000 + 4000 + 8000 },
	{ "a user that stays", 0, 1, false, { 1 }, 1, false, 62000 },
	{ "unknown users", 0, 1, false, { -EIO }, 1, false, 2000 },
	{ "a user, then unknown", 0, 1, false, { 1, -EIO }, 2, false, 2000 + 4000 },
	{ "SIGTERM, no user", 0, 1, true, { 0 }, 1, true, 0 },
	{ "SIGTERM, a user that stays", 0, 1, true, { 1 }, 1, false, 2000 + 4000 },
	{ "no switch", 0, 0, true, { 0 }, 1, false, 0 },
	{ "unknown switch", 0, -EIO, false, { 0 }, 1, false, 0 },
	{ "no initramfs", -ENODEV, 1, false, { 0 }, 1, false, 0 },
	{ "unknown initramfs", -EIO, 1, false, { 0 }, 1, false, 0 },
};

static const struct scenario *scenario;
static int directory, n_searches, milliseconds;

int __real_main(int argc, char *argv[]);
int __wrap_main(void);
int __wrap_initramfs_hold(struct initramfs *initramfs);
int __wrap_watch_for_switch(struct watch *watch, const struct initramfs *initramfs);
void __wrap_watch_pause(struct watch *watch, int pause);
int __wrap_users_find(const struct initramfs *initramfs, char user[static USER_MAX]);
int __wrap_log_to_kmsg(void);

int __wrap_initramfs_hold(struct initramfs *initramfs)
{
	initramfs->root = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	initramfs->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return scenario->hold;
}

int __wrap_watch_for_switch(struct watch *watch, const struct initramfs *initramfs)
{
	(void)initramfs;
	watch->is_ended = scenario->is_ended;
	return scenario->left;
}

void __wrap_watch_pause(struct watch *watch, int pause)
{
	(void)watch;
	milliseconds += pause;
}

int __wrap_users_find(const struct initramfs *initramfs, char user[static USER_MAX])
{
	int last = scenario->n_users - 1, n = n_searches++;

	(void)initramfs;
	(void)snprintf(user, USER_MAX, "somebody");
	return scenario->users[n < last ? n : last];
}

int __wrap_log_to_kmsg(void)
{
	return 0;
}

static void check(void)
{
	char *argv[] = { (char *)"fstag-release", NULL };
	int fd = openat(directory, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)close(fd);
	n_searches = milliseconds = 0;
	CHECK_INT(__real_main(1, argv), EXIT_SUCCESS, scenario->what);
	CHECK_INT(faccessat(directory, "file", F_OK, 0) < 0, scenario->is_emptied, scenario->what);
	CHECK_INT(milliseconds, scenario->milliseconds, scenario->what);
}

int __wrap_main(void)
{
	char path[] = "/tmp/fstag-test-release-XXXXXX";

	CHECK(mkdtemp(path), "mkdtemp");
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
		scenario = &scenarios[i];
		check();
	}

	(void)unlinkat(directory, "file", 0);
	(void)close(directory);
	(void)rmdir(path);
	return TEST_RESULT;
}
