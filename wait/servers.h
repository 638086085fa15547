/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connects to the servers of a source on the network until one answers.
 *
 * A child process makes each attempt, because nothing limits how long a name is looked up. The next
 * attempt follows half a second after one that failed.
 */
#pragma once

#include <systemd/sd-event.h>

struct servers;

/*
 * Starts with the first attempt; once a server has answered, the event loop ends with 0. list is
 * "<host>/<port>,...", and has to remain valid. Returns 0 or a negative errno.
 */
int servers_watch(const char *list, sd_event *event, struct servers **ret_servers);

void servers_free(struct servers *servers);

/* Which server did not answer in the last attempt, and why. */
const char *servers_reason(const struct servers *servers);
