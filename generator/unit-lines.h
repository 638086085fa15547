/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines of a mount unit that follow from the command line: its wait unit, the x-systemd.*
 * options (systemd.mount(5)), and the arguments of mount(8).
 */
#pragma once

struct plan;
struct plan_mount;

/* Sets the lines of the mount, except for the modules. Returns 0, -EINVAL if one of them is invalid
 * (plan->refusal says why), or -ENOMEM. */
int unit_lines_plan(struct plan *plan, struct plan_mount *m);
