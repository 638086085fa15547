/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Turns a plan into unit files. What, Where, Type, Options, TimeoutSec, the ordering and the hooks
 * of the targets are those of systemd-fstab-generator 262 for the same command line.
 */
#pragma once

#include <stdbool.h>

struct outputs;
struct plan;

/* Which units somebody else has made, so that they are not to be written. */
struct foreign_units {
	bool sysroot, sysusr_usr, sysroot_usr;
};

/*
 * Adds all that the plan needs. Returns 0, or -EINVAL where an option cannot be written down
 * (plan->refusal says why), or -ENOMEM.
 */
int units_for_plan(struct outputs *outputs, struct plan *plan, const struct foreign_units *foreign);
