/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "initramfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* The file system of /proc stands for the initramfs, and links stand for those of PID 1. */
int main(void)
{
	static const struct {
		const char *root, *exe;
		int result;
	} table[] = {
		{ "/proc", "/proc/version", 0 }, /* before the switch */
		{ "/", "/proc/version", 0 },	 /* PID 1 empties the old root now, if at all */
		{ "/proc", "/", 0 },
		{ "/", "/", 1 },
		{ "/nothing", "/", -ENOENT },
		{ "/", "/nothing", -ENOENT },
	};
	char directory[] = "/tmp/fstag-test-initramfs-XXXXXX";
	struct initramfs initramfs = INITRAMFS_INIT;
	struct stat st;

	CHECK(mkdtemp(directory), "mkdtemp");
	CHECK_INT(stat("/proc", &st), 0, "stat");
	initramfs.device = st.st_dev;
	initramfs.proc = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK_INT(mkdirat(initramfs.proc, "1", 0700), 0, "mkdir");

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		CHECK_INT(symlinkat(table[i].root, initramfs.proc, "1/root"), 0, "root");
		CHECK_INT(symlinkat(table[i].exe, initramfs.proc, "1/exe"), 0, "exe");
		CHECK(initramfs_is_left(&initramfs) == table[i].result, "root in %s, program in %s",
		      table[i].root, table[i].exe);
		CHECK_INT(unlinkat(initramfs.proc, "1/root", 0), 0, "root");
		CHECK_INT(unlinkat(initramfs.proc, "1/exe", 0), 0, "exe");
	}

	CHECK_INT(unlinkat(initramfs.proc, "1", AT_REMOVEDIR), 0, "rmdir");
	CHECK_INT(rmdir(directory), 0, "rmdir");
	initramfs_done(&initramfs);
	return TEST_RESULT;
}
