/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line says of a mount of fstag's: whether it can be, its options and its wait. */
#pragma once

#include <stdint.h>

struct cmdline;
struct plan;
struct plan_mount;

/* timeout is what counts where the options of the mount say nothing. Returns 0, -EINVAL with
 * plan->refusal set, or -ENOMEM. */
int mounts_plan(struct plan *plan, struct plan_mount *m, const struct cmdline *cmdline,
		uint64_t timeout);
