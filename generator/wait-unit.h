/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instances of fstag-wait@.service. */
#pragma once

struct outputs;
struct plan_mount;

/* Writes the name of the unit that waits for the source. Returns 0, -ENAMETOOLONG if that, with the
 * directory of its drop-ins, is too long, or -ENOMEM. */
int wait_unit_name(const char *types, const char *source, char **ret_name);

/*
 * Adds what differs from fstag-wait@.service, if the mount has a wait and anything differs. The
 * wait need not come after the modules, because it sees the devices that they make available; the
 * mount comes after the wait.
 *
 * Returns 0 or -ENOMEM.
 */
int wait_unit_add(struct outputs *outputs, const struct plan_mount *m);
