/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line says about a mount that fstag handles: whether it is possible, its options
 * and its wait. */
#pragma once

#include <stdint.h>

struct cmdline;
struct plan;
struct plan_mount;

/* timeout applies if the options of the mount give none. Returns 0, -EINVAL with plan->refusal set,
 * or -ENOMEM. */
int mounts_plan(struct plan *plan, struct plan_mount *m, const struct cmdline *cmdline,
		uint64_t timeout);
