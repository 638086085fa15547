/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fstag.remount=, fstag.exitrd= and fstag.release=, which count with any root. */
#pragma once

struct cmdline;
struct input;
struct plan;

/*
 * Sets the modes of the plan, which knows already whose root it is: a malformed one counts as not
 * given, with a warning, unless the root or /usr is fstag's.
 *
 * Returns 0, -EINVAL with plan->refusal set, or -ENOMEM.
 */
int modes_plan(struct plan *plan, const struct cmdline *cmdline, const struct input *input);
