/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

#include "cleanup.h"
#include "initramfs.h"

/* How often to check while a switch may be under way, and for how long after the last mount. PID
 * 1's chroot and exec follow its mounts at once, without an event; emptying the old root, which
 * comes between those two, may take long. */
#define LOOK_MSEC 500
#define LOOKS_AFTER_MOUNT 60

int watch_open(struct watch *watch, const struct initramfs *initramfs)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;

	watch->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch->signals < 0)
		return -errno;

	watch->mounts = openat(initramfs->proc, "self/mountinfo", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return watch->mounts < 0 ? -errno : 0;
}

void watch_done(struct watch *watch)
{
	cleanup_close(&watch->mounts);
	cleanup_close(&watch->signals);
}

/* Returns 1 after a mount, 0 otherwise, or a negative errno. */
static int wait_for_event(struct watch *watch, int milliseconds)
{
	struct pollfd fds[] = {
		{ .fd = watch->signals, .events = POLLIN },
		{ .fd = watch->mounts, .events = POLLPRI },
	};

	if (poll(fds, 2, milliseconds) < 0)
		return errno == EINTR ? 0 : -errno;

	watch->is_ended |= fds[0].revents != 0;
	return fds[1].revents != 0;
}

int watch_for_switch(struct watch *watch, const struct initramfs *initramfs)
{
	int looks = LOOKS_AFTER_MOUNT, r;

	for (;;) {
		r = initramfs_is_left(initramfs);
		if (r != 0 || watch->is_ended)
			return r;

		r = wait_for_event(watch, looks > 0 ? LOOK_MSEC : -1);
		if (r < 0)
			return r;

		looks = r > 0 ? LOOKS_AFTER_MOUNT : looks > 0 ? looks - 1 : 0;
	}
}

void watch_pause(struct watch *watch, int milliseconds)
{
	struct pollfd fd = { .fd = watch->signals, .events = POLLIN };

	/* SIGTERM stays ready to be read. */
	if (poll(&fd, watch->is_ended ? 0 : 1, milliseconds) > 0)
		watch->is_ended = true;
}
