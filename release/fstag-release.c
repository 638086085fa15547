/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-release: frees the memory of the initramfs after the switch-root.
 *
 * fstag-release.service starts it in the initrd, and it outlives the switch, because PID 1 spares
 * processes whose name starts with '@' (systemd's ignore_proc() in killall.c). Before the switch,
 * it changes nothing. After the switch, systemd up to 257 has emptied the initramfs itself; newer
 * versions do not if pivot_root(2) worked, nor does the kernel, and what is left is deleted here.
 *
 * It never fails: by then nothing could react to the failure.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "cleanup.h"
#include "empty.h"
#include "initramfs.h"
#include "log.h"
#include "usage.h"
#include "users.h"
#include "watch.h"

/* When PID 1's new program starts, processes that PID 1 leaves behind may still be ending; a splash
 * screen ends later. */
#define FIRST_PAUSE_MSEC 2000
#define LAST_PAUSE_MSEC 32000
/* PID 1 waits for processes to exit after SIGTERM, then kills them. */
#define LAST_PAUSE_ENDING_MSEC 4000

static void report(const struct emptied *emptied)
{
	if (emptied->n_files > 0)
		log_info("Freed %.1f MiB of the initramfs (%" PRIu64 " files)",
			 (double)emptied->n_bytes / (1 << 20), emptied->n_files);
	if (emptied->n_left > 0)
		log_warning("Failed to remove %" PRIu64 " files of the initramfs, ignoring: %s",
			    emptied->n_left, strerror(-emptied->error));
}

/* Searches until there is none, with pauses that double. */
static int find_users(struct watch *watch, const struct initramfs *initramfs,
		      char user[static USER_MAX])
{
	bool is_ending = watch->is_ended;
	int pause = is_ending ? 0 : FIRST_PAUSE_MSEC;
	int last = is_ending ? LAST_PAUSE_ENDING_MSEC : LAST_PAUSE_MSEC;

	for (;;) {
		int r;

		watch_pause(watch, pause);
		r = users_find(initramfs, user);
		if (r <= 0 || pause >= last || watch->is_ended != is_ending)
			return r;

		pause = pause ? 2 * pause : FIRST_PAUSE_MSEC;
	}
}

static int release(struct watch *watch, const struct initramfs *initramfs)
{
	struct emptied emptied;
	char user[USER_MAX];
	int r;

	/* systemd has emptied it, whether or not it was in use. */
	r = empty_has_names(initramfs->root);
	if (r <= 0)
		return r;

	r = find_users(watch, initramfs, user);
	if (r < 0) {
		log_warning("Failed to determine what uses the initramfs, leaving it: %s",
			    strerror(-r));
		return 0;
	}
	if (r > 0) {
		log_info("The initramfs is still in use by %s, leaving it", user);
		return 0;
	}

	/*
	 * Nothing can have begun to use it since the search: PID 1 and all processes have other
	 * roots, and no mount, no open directory and no namespace leads back into it except those
	 * of this process. The search can only have missed a process that handed over what it used
	 * while others were searched; if that was a file, the process keeps what it has open.
	 */
	r = empty_directory(initramfs->root, &emptied);
	if (r < 0)
		return r;

	report(&emptied);
	return 0;
}

static int wait_and_release(void)
{
	_cleanup_(initramfs_done) struct initramfs initramfs = INITRAMFS_INIT;
	_cleanup_(watch_done) struct watch watch = WATCH_INIT;
	int r;

	r = initramfs_hold(&initramfs);
	if (r == 0)
		r = watch_open(&watch, &initramfs);
	/* Even if there is nothing to wait for: ending without it is a failure. */
	(void)sd_notify(true, "READY=1");
	if (r < 0)
		return r == -ENODEV ? 0 : r;

	r = watch_for_switch(&watch, &initramfs);
	if (r <= 0)
		return r;

	return release(&watch, &initramfs);
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-release",
		.text = "Usage: fstag-release\n\n"
			"Wait for the switch to the root, then free the memory of the "
			"initramfs.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.error = EXIT_FAILURE,
	};
	int status, r;

	if (usage_parse(&usage, argc, argv, &status) < 0)
		return status;

	/* The journal's socket does not outlive the switch; the journal also reads the kernel's
	 * log. */
	log_setup("fstag-release");
	(void)log_to_kmsg();
	r = wait_and_release();
	if (r < 0)
		log_warning("Failed to free the initramfs, ignoring: %s", strerror(-r));

	return EXIT_SUCCESS;
}
