/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-exitrd: keeps the parts of the initramfs that shutdown needs in /run/initramfs.
 *
 * fstag-exitrd.service runs it in the initrd. When the real system shuts down, systemd-shutdown
 * returns to /run/initramfs and executes itself again from there (systemd's shutdown.c); only then
 * is nothing of the root in use, and it can be unmounted.
 *
 * Everything is made in a detached tmpfs, which is mounted when it is complete, and disappears on
 * any error.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "copy.h"
#include "detached.h"
#include "kernel.h"
#include "libraries.h"
#include "log.h"
#include "present.h"
#include "text.h"
#include "usage.h"

#define PLACE "/run/initramfs"
/* Larger than needed until the size is known: Debian's systemd takes 10 to 17 MB. */
#define SIZE "64m"
/* Room for files that other programs add later, such as dracut's notes. */
#define SPARE_BYTES (256 << 10)

static int make_tmpfs(void)
{
	_cleanup_close_ int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int r;

	if (context < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "source", "fstag-exitrd", 0) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "mode", "0755", 0) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "size", SIZE, 0) < 0)
		r = -errno;
	else
		r = detached_create(context, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);

	return r < 0 ? log_error_errno(r, "Failed to create a tmpfs") : r;
}

/* Now that the size is known, nothing else may fill it; but if dracut has noted that it unpacks the
 * initramfs there at shutdown (dracut-shutdown.service(8)), that needs room. */
static int limit_size(int exitrd)
{
	_cleanup_close_ int fs = fspick(exitrd, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
	char size[sizeof "18446744073709551615"] = "50%";
	struct statfs st;

	if (fs < 0 || fstatfs(exitrd, &st) < 0)
		return -errno;

	if (faccessat(exitrd, ".need_shutdown", F_OK, 0) < 0)
		(void)snprintf(size, sizeof size, "%llu",
			       (unsigned long long)(st.f_blocks - st.f_bfree) *
					       (unsigned long long)st.f_bsize +
				       SPARE_BYTES);
	if (fsconfig(fs, FSCONFIG_SET_STRING, "size", size, 0) < 0 ||
	    fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		return -errno;

	return 0;
}

/* The loader needs the symbolic links from the root into /usr. */
static int add_symlinks(int exitrd)
{
	static const char *const links[] = { "/bin", "/lib", "/lib64", "/sbin" };

	for (size_t i = 0; i < ELEMENTSOF(links); i++) {
		int r = copy_path(exitrd, links[i]);

		if (r < 0 && r != -ENOENT)
			return log_error_errno(r, "Failed to copy '%s'", links[i]);
	}
	return 0;
}

/* PID 1 requires os-release of a system, and systemd-shutdown would otherwise not see an initrd and
 * try to go back a second time; ld.so.cache helps the loader find the libraries. */
static int add_files(int exitrd)
{
	static const char *const files[] = { "/etc/initrd-release", "/etc/os-release",
					     "/usr/lib/os-release", "/etc/ld.so.cache" };

	for (size_t i = 0; i < ELEMENTSOF(files); i++) {
		int r = copy_path(exitrd, files[i]);

		if (r < 0 && r != -ENOENT)
			return log_error_errno(r, "Failed to copy '%s'", files[i]);
	}
	if (symlinkat("initrd-release", exitrd, "etc/os-release") < 0 && errno != EEXIST)
		return log_error_errno(-errno, "Failed to create '%s'", "etc/os-release");

	return 0;
}

static int add_shutdown(int exitrd)
{
	static const char *const programs[] = { "/usr/lib/systemd/systemd-shutdown",
						"/lib/systemd/systemd-shutdown" };
	const char *program = programs[access(programs[0], X_OK) < 0];
	int r;

	r = copy_file(exitrd, "shutdown", AT_FDCWD, program);
	if (r < 0)
		return log_error_errno(r, "Failed to copy '%s'", program);

	/* Since 258, systemd loads libmount only when it unmounts. */
	r = libraries_add(exitrd, program, "libmount.so.1");
	return r < 0 ? log_error_errno(r, "Failed to copy the libraries of '%s'", program) : 0;
}

/* The mount points for what PID 1 moves along, and for the old root: systemd 262 does not create
 * them itself. */
static int add_directories(int exitrd)
{
	static const char *const directories[] = { "dev", "oldroot", "proc", "run", "sys" };

	for (size_t i = 0; i < ELEMENTSOF(directories); i++)
		if (mkdirat(exitrd, directories[i], 0755) < 0)
			return log_error_errno(-errno, "Failed to create '%s'", directories[i]);
	return 0;
}

static void log_large(const char *path, off_t size)
{
	log_warning("Leaving out '" PLACE "/%s' of %lld MiB, which shutdown does not need", path,
		    (long long)(size >> 20));
}

static void log_left(uint64_t n, const char *what, int limit, const char *unit)
{
	if (n > 0)
		log_warning("Leaving out %" PRIu64 " %s in '" PLACE
			    "', which exceeds the limit of %d%s",
			    n, what, limit, unit);
}

/* dracut's notes for the shutdown and the real system would be hidden under the new mount, so they
 * are copied. */
static int take_over_place(int exitrd)
{
	struct present present = { .large = log_large };
	int directory, r;

	if (mkdir(PLACE, 0755) < 0 && errno != EEXIST)
		return log_error_errno(-errno, "Failed to create '%s'", PLACE);

	directory = open(PLACE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = directory < 0 ? -errno : present_add(&present, exitrd, directory);
	if (r < 0)
		return log_error_errno(r, "Failed to copy '" PLACE "%s%s'",
				       present.path[0] ? "/" : "", present.path);

	log_left(present.n_over_bytes, "files", PRESENT_BYTES_MAX >> 20, " MiB");
	log_left(present.n_over_names, "names", PRESENT_NAMES_MAX, "");
	log_left(present.n_over_levels, "directories", PRESENT_LEVELS_MAX, " levels");
	return 0;
}

static int fill(int exitrd)
{
	int (*const steps[])(int) = { add_directories, add_symlinks, add_files, add_shutdown,
				      take_over_place };

	for (size_t i = 0; i < ELEMENTSOF(steps); i++) {
		int r = steps[i](exitrd);

		if (r < 0)
			return r;
	}

	return 0;
}

static int keep(void)
{
	_cleanup_close_ int exitrd = -EBADF;
	int r;

	if (access(PLACE "/shutdown", F_OK) == 0) {
		log_info("'" PLACE "/shutdown' already exists, leaving it alone");
		return 0;
	}

	if (!kernel_has_mount_calls()) {
		log_error(KERNEL_TOO_OLD);
		return -ENOSYS;
	}

	exitrd = make_tmpfs();
	if (exitrd < 0)
		return exitrd;

	r = fill(exitrd);
	if (r < 0)
		return r;

	r = limit_size(exitrd);
	if (r < 0)
		return log_error_errno(r, "Failed to limit the size of a tmpfs");

	if (move_mount(exitrd, "", AT_FDCWD, PLACE, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return log_error_errno(-errno, "Failed to mount '%s'", PLACE);

	return 0;
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-exitrd",
		.text = "Usage: fstag-exitrd\n\n"
			"Keep the parts of the initramfs that shutdown needs in /run/initramfs.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.error = EXIT_FAILURE,
	};
	int status;

	if (usage_parse(&usage, argc, argv, &status) < 0)
		return status;

	log_setup("fstag-exitrd");
	return keep() < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
