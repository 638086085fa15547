/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes the mount units of a plan. What, Where, Type, Options, TimeoutSec, the ordering and the
 * hooks of the targets are those of systemd-fstab-generator 262 for the same command line.
 */
#pragma once

struct outputs;
struct plan;

/* Adds everything that the mounts of the plan need. Returns 0 or -ENOMEM. */
int units_add(struct outputs *outputs, const struct plan *plan);
