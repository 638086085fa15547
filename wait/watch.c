/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <errno.h>
#include <libudev.h>
#include <signal.h>
#include <stdbool.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "cleanup.h"
#include "source.h"
#include "text.h"

/* All of a large machine's coldplug: what the kernel cannot queue is lost. */
#define RECEIVE_BYTES (8 * 1024 * 1024)

struct watch {
	const struct source *source;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event *event;
};

static void watch_done(struct watch *watch)
{
	(void)udev_monitor_unref(watch->monitor);
	(void)sd_event_unref(watch->event);
}

/* virtio: a driver has taken a device ("bind"), or a 9p tag can be read ("change"). virtiofs: a tag
 * is there. The others come with the volume or the partition. */
static bool may_matter(struct udev_device *device)
{
	static const char *const subsystems[] = { "virtio", "virtiofs", "ubi", "mtd" };
	const char *subsystem = udev_device_get_subsystem(device);

	for (size_t i = 0; subsystem && i < ELEMENTSOF(subsystems); i++)
		if (streq(subsystem, subsystems[i]))
			return true;

	return false;
}

/* Takes all events that are queued. Whether any is worth a look. */
static bool drain(struct udev_monitor *monitor)
{
	struct udev_device *device;
	bool matters = false;

	errno = 0;
	while ((device = udev_monitor_receive_device(monitor))) {
		matters |= may_matter(device);
		(void)udev_device_unref(device);
		errno = 0;
	}

	/* Where the queue overflowed, the one that matters may have been lost. */
	return matters || errno == ENOBUFS;
}

static int on_uevent(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct watch *watch = data;
	int r;

	(void)s;
	(void)fd;
	(void)revents;
	if (!drain(watch->monitor))
		return 0;

	r = source_look(watch->source, watch->udev);
	if (r < 0)
		return r;

	return r > 0 ? sd_event_exit(watch->event, 0) : 0;
}

static int on_sigterm(sd_event_source *s, const struct signalfd_siginfo *info, void *data)
{
	struct watch *watch = data;

	(void)s;
	(void)info;
	return sd_event_exit(watch->event, -ETIMEDOUT);
}

static int subscribe(struct watch *watch)
{
	int r;

	watch->monitor = udev_monitor_new_from_netlink(watch->udev, "kernel");
	if (!watch->monitor)
		return -errno;

	(void)udev_monitor_set_receive_buffer_size(watch->monitor, RECEIVE_BYTES);
	r = udev_monitor_enable_receiving(watch->monitor);
	if (r < 0)
		return r;

	r = sd_event_default(&watch->event);
	if (r < 0)
		return r;

	r = sd_event_add_io(watch->event, NULL, udev_monitor_get_fd(watch->monitor), EPOLLIN,
			    on_uevent, watch);
	if (r < 0)
		return r;

	return sd_event_add_signal(watch->event, NULL, SIGTERM, on_sigterm, watch);
}

int watch_for_source(const struct source *source, struct udev *udev)
{
	_cleanup_(watch_done) struct watch watch = { .source = source, .udev = udev };
	sigset_t sigterm;
	int r;

	(void)sigemptyset(&sigterm);
	(void)sigaddset(&sigterm, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &sigterm, NULL) < 0)
		return -errno;

	r = subscribe(&watch);
	if (r < 0)
		return r;

	r = source_look(source, udev);
	if (r == 0) {
		(void)sd_notifyf(0, "STATUS=Waiting for source '%s' (%s)", source->name,
				 source->types);
		r = sd_event_loop(watch.event);
	}
	return r < 0 ? r : 0;
}
