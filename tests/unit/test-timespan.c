/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "test.h"
#include "timespan.h"

/* The expected results are those of "systemd-analyze timespan". */
int main(void)
{
	static const struct {
		const char *text;
		int r;
		uint64_t usec;
		const char *formatted;
	} table[] = {
		{ "5", 0, 5 * USEC_PER_SEC, "5s" },
		{ " 90 ", 0, 90 * USEC_PER_SEC, "1min 30s" },
		{ "1.5", 0, 1500000, "1.500000s" },
		{ "1h 2min 3s", 0, 3723 * USEC_PER_SEC, "1h 2min 3s" },
		{ "1h2m", 0, 3720 * USEC_PER_SEC, "1h 2min" },
		{ "5 5", 0, 10 * USEC_PER_SEC, "10s" },
		{ "20ms", 0, 20000, "20ms" },
		{ "1500us", 0, 1500, "1.500ms" },
		{ "7 \u00b5s", 0, 7, "7us" },
		{ "1M", 0, 2629800 * USEC_PER_SEC, "1month" },
		{ ".5", 0, 500000, "500ms" },
		{ "0", 0, USEC_INFINITY, "infinity" },
		{ "infinity", 0, USEC_INFINITY, "infinity" },
		{ .text = "", .r = -EINVAL },
		{ .text = " ", .r = -EINVAL },
		{ .text = "soon", .r = -EINVAL },
		{ .text = "5x", .r = -EINVAL },
		{ .text = "1.2.3", .r = -EINVAL },
		{ .text = "3.", .r = -EINVAL },
		{ .text = "infinity5", .r = -EINVAL },
		{ .text = "-1", .r = -ERANGE },
		{ .text = "99999999999999999999", .r = -ERANGE },
		{ .text = "999999999999999y", .r = -ERANGE },
		{ .text = NULL, .r = -EINVAL },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const char *text = table[i].text ?: "(none)";
		char buffer[TIMESPAN_MAX];
		uint64_t usec = 1;

		CHECK_INT(timespan_parse(table[i].text, &usec), table[i].r, text);
		CHECK_INT(usec, table[i].r == 0 ? table[i].usec : 1, text);
		if (table[i].r < 0)
			continue;

		timespan_format(usec, buffer);
		CHECK_TEXT(buffer, table[i].formatted, text);
	}

	return TEST_RESULT;
}
