/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager.h"

#include <stdint.h>
#include <stdlib.h>

#include "cleanup.h"
#include "text.h"

/* It answers at once but where it is reloading. */
#define ANSWER_USEC (5 * UINT64_C(1000000))

static void cleanup_message(sd_bus_message **message)
{
	(void)sd_bus_message_unref(*message);
}

void manager_close(sd_bus **bus)
{
	(void)sd_bus_flush_close_unref(*bus);
}

int manager_connect(sd_bus **ret_bus)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	int r;

	r = sd_bus_new(&bus);
	if (r < 0)
		return r;

	r = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
	if (r < 0)
		return r;

	r = sd_bus_start(bus);
	if (r < 0)
		return r;

	*ret_bus = TAKE_PTR(bus);
	return 0;
}

int manager_get_own_unit(sd_bus *bus, char **ret_path)
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

bool manager_says_timeout(void)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	_cleanup_free_ char *unit = NULL, *result = NULL;

	/* PID 1 notes the result before it sends the signal (service_enter_signal()). */
	return manager_connect(&bus) >= 0 &&
	       sd_bus_set_method_call_timeout(bus, ANSWER_USEC) >= 0 &&
	       manager_get_own_unit(bus, &unit) >= 0 &&
	       sd_bus_get_property_string(bus, MANAGER, unit, MANAGER ".Service", "Result", NULL,
					  &result) >= 0 &&
	       streq(result, "timeout");
}
