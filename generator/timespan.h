/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time spans, as in systemd.time(7). */
#pragma once

#include <stdint.h>

#define USEC_PER_SEC UINT64_C(1000000)
#define USEC_INFINITY UINT64_MAX

/* Room for any time span that timespan_format() writes, the NUL included. */
#define TIMESPAN_MAX 64

/*
 * Reads a time span, a number without a unit being seconds; 0 is as good as infinity, as it is
 * for a unit's time-outs. text may be NULL.
 *
 * Returns 0, -EINVAL where text is not a valid time span, or -ERANGE where it is negative or too
 * long.
 */
int timespan_parse(const char *text, uint64_t *ret_usec);

/* Writes a time span as systemd does, to be read by it again: "1min 30s", "1.500000s". */
void timespan_format(uint64_t usec, char buffer[static TIMESPAN_MAX]);
