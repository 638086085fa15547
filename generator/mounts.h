/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line says about a mount that fstag handles: whether it is possible, its options
 * and its wait. */
#pragma once

#include <stdint.h>

#include "plan.h"

struct cmdline;

/* timeout applies if the options of the mount give none. Returns 0, -EINVAL with plan->refusal set,
 * or -ENOMEM. */
int mounts_plan(struct plan *plan, struct plan_mount *m, const struct cmdline *cmdline,
		uint64_t timeout);

/* How a mount with these types and this transport learns that its source is available. */
enum plan_wait mounts_find_wait(const struct plan_mount *m);
