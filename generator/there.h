/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which source is already available when PID 1 starts, so that nothing needs to be loaded or waited
 * for. */
#pragma once

struct plan_mount;

/*
 * Looks in sysfs for the source of a mount that waits for one, and sets there_path if a virtiofs or
 * 9p device with that tag has its driver. If the kernel does not show the tag, or on any error,
 * fstag-wait simply has to check again. Returns 0 or -ENOMEM.
 *
 * Not done for a command line that is given for a test, unless $FSTAG_ROOT is set.
 */
int there_look(struct plan_mount *m);
