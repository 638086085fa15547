/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The services that act on the initramfs itself, whatever the root is. Here the command line
 * decides which of them run, and when.
 */
#pragma once

struct outputs;
struct plan;

/* Adds the links that switch them on or off. Returns 0 or -ENOMEM. */
int services_add(struct outputs *outputs, const struct plan *plan);
