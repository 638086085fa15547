/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time spans, as in systemd.time(7). */
#pragma once

#include <stdint.h>

#define USEC_PER_SEC UINT64_C(1000000)
#define USEC_INFINITY UINT64_MAX

/* Room for any time span that timespan_format() writes, the NUL included. */
#define TIMESPAN_MAX 64

/*
 * Reads a time span; a number without a unit is in seconds, and 0 means infinity, as it does for
 * the time-outs of a unit. text may be NULL.
 *
 * Returns 0, -EINVAL if text is not a valid time span, or -ERANGE if it is negative or too long.
 */
int timespan_parse(const char *text, uint64_t *ret_usec);

/* Writes a time span in systemd's syntax: "1min 30s", "1.500000s". */
void timespan_format(uint64_t usec, char buffer[static TIMESPAN_MAX]);
