/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each share needs before systemd mounts it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"

struct cmdline;
struct entries;
struct input;

struct share {
	const char *unit; /* its mount unit */
	struct plan_mount mount;
	bool has_wait_of_root; /* or of /usr: fstag-generator decides about it */
};

struct shares {
	struct share *items;
	size_t n;
};

/*
 * Finds out what the virtiofs and 9p mounts among the entries need. The entries, cmdline and input
 * must outlive the shares. A source that fstag cannot wait for gets no wait, and a warning says so.
 *
 * Returns 0 or -ENOMEM.
 */
int shares_plan(struct shares *shares, const struct entries *entries, const struct cmdline *cmdline,
		const struct input *input, bool is_initrd);

void shares_done(struct shares *shares);
