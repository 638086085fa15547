/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many processors the caller may run on: tree.h uses as many threads. */
#pragma once

#include <sched.h>

#include "test.h"

/* n, or as many as the machine has. */
static inline void use_processors(int n)
{
	cpu_set_t few;
	static cpu_set_t first;

	if (CPU_COUNT(&first) == 0)
		CHECK_INT(sched_getaffinity(0, sizeof first, &first), 0, "sched_getaffinity");
	CPU_ZERO(&few);
	for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&few) < n; i++)
		if (CPU_ISSET(i, &first))
			CPU_SET(i, &few);
	CHECK_INT(sched_setaffinity(0, sizeof few, &few), 0, "sched_setaffinity");
}
