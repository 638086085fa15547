/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel shows in /proc, even if that is not mounted.
 */
#pragma once

#include <stdint.h>

/* The mounted /proc, or a private, detached one. Returns an open directory or a negative errno. */
int proc_open(void);

/* MemAvailable in bytes. Returns 0 or a negative errno. */
int proc_available_memory(int proc, uint64_t *ret_bytes);

/*
 * Whether any program other than the caller runs: 1 or 0, or a negative errno. Kernel threads do
 * not count. A program that the kernel itself has started (modprobe) is waited for, but not long:
 * it counts if it has not ended by then.
 */
int proc_has_other_programs(int proc);
