/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long a mount of the plan waits for its source. */
#pragma once

#include <stdint.h>

#include "timespan.h"

/* The default of fstag-wait@.service itself. */
#define DEFAULT_TIMEOUT (DEFAULT_TIMEOUT_SEC * USEC_PER_SEC)

struct cmdline;
struct input;
struct plan;
struct plan_mount;

/*
 * The time-out that applies if the options of a mount give none: fstag.timeout=, the kernel's
 * rootwait, dracut's rd.timeout=, systemd.default_device_timeout_sec=, DEFAULT_TIMEOUT.
 *
 * Returns 0, -EINVAL with plan->refusal set if fstag.timeout= is malformed (and fstag handles the
 * root or /usr; otherwise it is a warning), or -ENOMEM.
 */
int timeouts_find_default(struct plan *plan, const struct cmdline *cmdline,
			  const struct input *input, uint64_t *ret_usec);

/*
 * The time-out that x-systemd.device-timeout= or its older spelling gives, and its text, for
 * messages.
 *
 * Returns 1, 0 if there is no such option, -EINVAL if it is malformed, or -ENOMEM. Only the first
 * sets *ret_usec, and only the second and -ENOMEM do not set *ret_text, which may be NULL.
 */
int timeouts_read_option(const char *options, char **ret_text, uint64_t *ret_usec);

/* Sets m->timeout from the options of the mount, else to usec. Returns 0, -EINVAL with
 * plan->refusal set, or -ENOMEM. */
int timeouts_plan(struct plan *plan, struct plan_mount *m, uint64_t usec);
