/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Replaces the functions that set timers in fstag-wait, with the linker's --wrap: each time span is
 * written as a line of $HASTY_LOG, in microseconds, and divided by $HASTY_FACTOR.
 */
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "cleanup.h"

int __real_sd_event_add_time_relative(sd_event *event, sd_event_source **ret, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t handler, void *data);
int __wrap_sd_event_add_time_relative(sd_event *event, sd_event_source **ret, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t handler, void *data);
int __real_sd_bus_set_method_call_timeout(sd_bus *bus, uint64_t usec);
int __wrap_sd_bus_set_method_call_timeout(sd_bus *bus, uint64_t usec);

static uint64_t shorten(uint64_t usec)
{
	const char *factor = getenv("HASTY_FACTOR"), *log = getenv("HASTY_LOG");
	_cleanup_fclose_ FILE *file = log ? fopen(log, "ae") : NULL;

	if (file)
		(void)fprintf(file, "%llu\n", (unsigned long long)usec);
	return factor ? usec / strtoull(factor, NULL, 10) : usec;
}

int __wrap_sd_event_add_time_relative(sd_event *event, sd_event_source **ret, clockid_t clock,
				      uint64_t usec, uint64_t accuracy,
				      sd_event_time_handler_t handler, void *data)
{
	return __real_sd_event_add_time_relative(event, ret, clock, shorten(usec), accuracy,
						 handler, data);
}

int __wrap_sd_bus_set_method_call_timeout(sd_bus *bus, uint64_t usec)
{
	return __real_sd_bus_set_method_call_timeout(bus, shorten(usec));
}
