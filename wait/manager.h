/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PID 1, asked by its private socket: there is no message bus in an initrd. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

#define MANAGER "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"

/* For _cleanup_(). */
void manager_close(sd_bus **bus);

/* Each returns 0 or a negative errno. */
int manager_connect(sd_bus **ret_bus);

/* The object of the unit that this process belongs to. */
int manager_get_own_unit(sd_bus *bus, char **ret_path);

/* Whether PID 1 ends this service because its time is up, as far as it answers. */
bool manager_says_timeout(void);
