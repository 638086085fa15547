/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch.h"

#include <errno.h>
#include <libudev.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "cleanup.h"
#include "manager.h"
#include "report.h"
#include "servers.h"
#include "source.h"
#include "text.h"

/* Enough for all of a large machine's coldplug: the kernel drops events that it cannot queue. */
#define RECEIVE_BYTES (8 * 1024 * 1024)

#define USEC_PER_SEC UINT64_C(1000000)
#define LOOK_AGAIN_USEC USEC_PER_SEC
#define STILL_WAITING_USEC (10 * USEC_PER_SEC)
/* PID 1 answers at once unless it is reloading. */
#define ANSWER_USEC (5 * USEC_PER_SEC)

struct watch {
	const struct source *source;
	bool is_there;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event *event;
	sd_event_source *look_again; /* once a check has failed */
	struct servers *servers;     /* of a source on the network */
};

static void watch_done(struct watch *watch)
{
	servers_free(watch->servers);
	(void)udev_monitor_unref(watch->monitor);
	(void)sd_event_source_unref(watch->look_again);
	(void)sd_event_unref(watch->event);
}

static int look(struct watch *watch);

static int on_look_again(sd_event_source *s, uint64_t usec, void *data)
{
	(void)s;
	(void)usec;
	return look(data);
}

/* Whatever made the check fail (a lack of memory or of descriptors) may pass without an event. */
static int look_again_soon(struct watch *watch, int error)
{
	int r;

	if (watch->look_again) {
		r = sd_event_source_set_time_relative(watch->look_again, LOOK_AGAIN_USEC);
		if (r < 0)
			return r;

		return sd_event_source_set_enabled(watch->look_again, SD_EVENT_ONESHOT);
	}

	(void)fprintf(stderr, SD_WARNING "Failed to check for '%s', retrying: %s\n",
		      watch->source->name, strerror(-error));
	return sd_event_add_time_relative(watch->event, &watch->look_again, CLOCK_MONOTONIC,
					  LOOK_AGAIN_USEC, 0, on_look_again, watch);
}

/* Acts on the result of a check. The loop goes on until the source is available: an error that a
 * handler returns would only turn that handler off. */
static int conclude(struct watch *watch, int r)
{
	if (r == 0)
		return 0;

	watch->is_there = r > 0;
	r = r < 0 ? look_again_soon(watch, r) : sd_event_exit(watch->event, 0);
	return r < 0 ? sd_event_exit(watch->event, r) : 0;
}

static int look(struct watch *watch)
{
	return conclude(watch, source_look(watch->source, watch->udev));
}

/* Checks the devices of all events that are queued, and nothing else: a machine may have many. */
static int look_at_events(struct watch *watch)
{
	struct udev_device *device;
	bool may_be_hidden = false;
	int r = 0;

	errno = 0;
	while (r == 0 && (device = udev_monitor_receive_device(watch->monitor))) {
		r = source_look_at(watch->source, device);
		may_be_hidden |= source_may_be_hidden_at(watch->source, device);
		(void)udev_device_unref(device);
		errno = 0;
	}

	/* If the queue overflowed, the event that matters may have been lost. */
	if (r == 0 && (may_be_hidden || errno == ENOBUFS))
		r = source_look(watch->source, watch->udev);
	return r;
}

static int on_uevent(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct watch *watch = data;

	(void)s;
	(void)fd;
	(void)revents;
	return conclude(watch, look_at_events(watch));
}

static void cleanup_message(sd_bus_message **message)
{
	(void)sd_bus_message_unref(*message);
}

/* The D-Bus object of the unit that this process belongs to. */
static int get_own_unit(sd_bus *bus, char **ret_path)
{
	_cleanup_(cleanup_message) sd_bus_message *reply = NULL;
	const char *path;
	int r;

	r = sd_bus_call_method(bus, MANAGER, MANAGER_PATH, MANAGER ".Manager", "GetUnitByPID", NULL,
			       &reply, "u", (uint32_t)getpid());
	if (r < 0)
		return r;

	r = sd_bus_message_read(reply, "o", &path);
	if (r < 0)
		return r;

	*ret_path = strdup(path);
	return *ret_path ? 0 : -ENOMEM;
}

/* Whether PID 1 ends this service because its time is up, if it answers. PID 1 sets the result
 * before it sends the signal (service_enter_signal()). */
static bool is_time_up(void)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	_cleanup_free_ char *unit = NULL, *result = NULL;

	return manager_connect(ANSWER_USEC, &bus) >= 0 && get_own_unit(bus, &unit) >= 0 &&
	       sd_bus_get_property_string(bus, MANAGER, unit, MANAGER ".Service", "Result", NULL,
					  &result) >= 0 &&
	       streq(result, "timeout");
}

static int on_sigterm(sd_event_source *s, const struct signalfd_siginfo *info, void *data)
{
	struct watch *watch = data;

	(void)s;
	(void)info;
	return sd_event_exit(watch->event, is_time_up() ? -ETIMEDOUT : -ECANCELED);
}

static void report(const struct watch *watch, const char *verb)
{
	if (watch->servers)
		report_unreachable(watch->source, servers_reason(watch->servers), verb);
	else
		report_missing(watch->source, watch->udev, verb);
}

static int on_still_waiting(sd_event_source *s, uint64_t usec, void *data)
{
	(void)s;
	(void)usec;
	report(data, SD_NOTICE "Still waiting for");
	return 0;
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

	r = sd_event_add_signal(watch->event, NULL, SIGTERM, on_sigterm, watch);
	if (r < 0)
		return r;

	return sd_event_add_time_relative(watch->event, NULL, CLOCK_MONOTONIC, STILL_WAITING_USEC,
					  0, on_still_waiting, watch);
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

	r = source->servers ? servers_watch(source->servers, watch.event, &watch.servers)
			    : look(&watch);
	if (r == 0 && !watch.is_there) {
		(void)sd_notifyf(0, "STATUS=Waiting for source '%s' (%s)", source->name,
				 source->types);
		r = sd_event_loop(watch.event);
	}
	if (r == -ETIMEDOUT)
		report(&watch, SD_ERR "Gave up waiting for");
	else if (r == -ECANCELED)
		report(&watch, SD_ERR "Stopped by SIGTERM while waiting for");
	return r < 0 ? r : 0;
}
