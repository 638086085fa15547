/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manager.h"

#include "cleanup.h"

void manager_close(sd_bus **bus)
{
	(void)sd_bus_flush_close_unref(*bus);
}

int manager_connect(uint64_t answer_usec, sd_bus **ret_bus)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	int r;

	r = sd_bus_new(&bus);
	if (r < 0)
		return r;

	r = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
	if (r < 0)
		return r;

	r = sd_bus_set_method_call_timeout(bus, answer_usec);
	if (r < 0)
		return r;

	r = sd_bus_start(bus);
	if (r < 0)
		return r;

	*ret_bus = TAKE_PTR(bus);
	return 0;
}
