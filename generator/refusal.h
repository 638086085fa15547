/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct outputs;
struct plan;

/*
 * Adds the units that end the boot in emergency mode at once, with plan->refusal on the console:
 * each mount of the plan requires fstag-failed.service, which prints it and fails, so that neither
 * that mount nor one that the stock generator made from the same line is ever tried.
 *
 * Returns 0 or -ENOMEM.
 */
int refusal_add(struct outputs *outputs, const struct plan *plan);
