/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the plan: calls everything that decides, in order. */
#pragma once

struct cmdline;
struct input;
struct plan;

/*
 * input is where cmdline was read from; the plan points into both.
 *
 * Returns 0, or -EINVAL if the command line is refused (plan->refusal then says why), or -ENOMEM.
 * The caller must call plan_done() in every case.
 */
int plan_make(struct plan *plan, const struct cmdline *cmdline, const struct input *input,
	      const char *early_dir);
