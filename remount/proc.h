/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel tells in /proc, also where nobody has mounted that.
 */
#pragma once

#include <stdint.h>

/* The mounted /proc, or one of our own that nobody else sees. Returns an open directory or a
 * negative errno. */
int proc_open(void);

/* MemAvailable in bytes. Returns 0 or a negative errno. */
int proc_available_memory(int proc, uint64_t *ret_bytes);

/*
 * Whether any other program than the caller's runs: 1 or 0, or a negative errno. Threads of the
 * kernel are none. What the kernel itself has started (modprobe) is waited for, but not long: it
 * is one where it has not ended then.
 */
int proc_has_other_programs(int proc);
