/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The x-systemd.* options that become dependencies of the mount unit, see systemd.mount(5). */
#pragma once

#include <stdio.h>

struct outputs;
struct plan;
struct plan_mount;

/*
 * Writes x-systemd.after=, .requires=, .wants=, .before=, .requires-mounts-for= and
 * .wants-mounts-for=. Returns 0, -EINVAL with plan->refusal set, or -ENOMEM.
 */
int dependencies_put(FILE *file, struct plan *plan, const struct plan_mount *m);

/*
 * Hooks the unit up where x-systemd.wanted-by= and .required-by= say. Returns 1 where they say
 * anything, 0 where not, -EINVAL with plan->refusal set, or -ENOMEM.
 */
int dependencies_add_hooks(struct outputs *outputs, struct plan *plan, const struct plan_mount *m,
			   const char *unit);
