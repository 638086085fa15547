/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PID 1, through its private socket, as in systemctl: there is no message bus in an initrd. */
#pragma once

#include <stdint.h>
#include <systemd/sd-bus.h>

#define MANAGER "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"

/* For _cleanup_(). */
void manager_close(sd_bus **bus);

/* answer_usec is how long a call waits for its reply. Returns 0 or a negative errno. */
int manager_connect(uint64_t answer_usec, sd_bus **ret_bus);
