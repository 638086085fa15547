/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instance of fstag-wait@.service that a mount waits for. */
#pragma once

struct outputs;
struct plan;
struct plan_mount;

/* Names it; *ret_unit is NULL where the mount waits for no source. Returns 0, -EINVAL where no unit
 * can have that name (plan->refusal says why), or -ENOMEM. */
int wait_unit_name(struct plan *plan, const struct plan_mount *m, char **ret_unit);

/*
 * Adds its drop-in: how long to wait, and whether at all. The wait need not come after the modules,
 * since it sees the devices that they bring; the mount comes after it. Returns 0 or -ENOMEM.
 */
int wait_unit_add_drop_in(struct outputs *outputs, const struct plan_mount *m,
			  const char *wait_unit);
