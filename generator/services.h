/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The services that do something with the initramfs itself, whatever the root is. What they do
 * is theirs; here the command line decides which of them run, and when.
 */
#pragma once

struct outputs;
struct plan;

/* Adds what switches them on or off. Returns 0 or -ENOMEM. */
int services_add(struct outputs *outputs, const struct plan *plan);
