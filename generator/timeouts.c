/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "timeouts.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "cmdline.h"
#include "complaint.h"
#include "input.h"
#include "options.h"
#include "plan.h"
#include "text.h"
#include "timespan.h"

/* The kernel's rootwait, without a number or with an invalid one, waits forever, and 0 counts as
 * not given (rootwait_timeout_setup() in init/do_mounts.c). */
static bool parse_rootwait(const char *rootwait, uint64_t *ret_usec)
{
	char *end;
	unsigned long seconds;

	if (!rootwait)
		return false;

	seconds = strtoul(rootwait, &end, 0);
	if (!*rootwait || *end || *rootwait == '-' || seconds > INT32_MAX)
		*ret_usec = USEC_INFINITY;
	else if (seconds > 0)
		*ret_usec = seconds * USEC_PER_SEC;
	else
		return false;

	return true;
}

/* Time-outs of dracut and systemd. As there, 0 means forever. dracut writes rd.timeout= into the
 * unit of the device that it waits for (rootfs-generator.sh), where it takes precedence over
 * systemd's default for all devices. */
static uint64_t find_foreign(const struct cmdline *cmdline, const struct input *input)
{
	const struct {
		const char *name, *value;
	} foreign[] = {
		{ "rd.timeout", cmdline->rd_timeout },
		{ "systemd.default_device_timeout_sec", cmdline->device_timeout },
	};
	uint64_t usec;

	for (size_t i = 0; i < ELEMENTSOF(foreign); i++) {
		struct parameter p;

		if (!foreign[i].value)
			continue;
		if (timespan_parse(foreign[i].value, &usec) == 0)
			return usec;

		p = input_find_parameter(input, foreign[i].name, foreign[i].value);
		complaint_ignore(&p, "'%.200s' is not a valid time span", foreign[i].value);
	}

	return DEFAULT_TIMEOUT;
}

int timeouts_find_default(struct plan *plan, const struct cmdline *cmdline,
			  const struct input *input, uint64_t *ret_usec)
{
	*ret_usec = DEFAULT_TIMEOUT;
	if (cmdline->timeout) {
		struct parameter p = input_find_parameter(input, "fstag.timeout", cmdline->timeout);

		if (timespan_parse(cmdline->timeout, ret_usec) == 0)
			return 0;

		return complaint_refuse_or_ignore(plan, &p, "'%.200s' is not a valid time span",
						  cmdline->timeout);
	}

	/* Nothing waits with this time-out for another root. */
	if (!plan->root.ours && !plan->usr.ours)
		return 0;

	if (!parse_rootwait(cmdline->rootwait, ret_usec))
		*ret_usec = find_foreign(cmdline, input);
	return 0;
}

int timeouts_read_option(const char *options, char **ret_text, uint64_t *ret_usec)
{
	int r = options_last_value(
		options,
		(option_names){ "comment=systemd.device-timeout", "x-systemd.device-timeout" },
		ret_text);

	return r > 0 && timespan_parse(*ret_text, ret_usec) < 0 ? -EINVAL : r;
}

int timeouts_plan(struct plan *plan, struct plan_mount *m, uint64_t usec)
{
	_cleanup_free_ char *value = NULL;
	int r;

	m->timeout = usec;
	r = timeouts_read_option(m->options, &value, &m->timeout);
	if (r == -EINVAL)
		r = complaint_refuse(plan, &m->flags_parameter,
				     "x-systemd.device-timeout='%.200s' is not a valid time span",
				     value ?: "");
	return r < 0 ? r : 0;
}
