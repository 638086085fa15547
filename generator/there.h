/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is there already when PID 1 starts, so that nothing needs to be loaded or waited for. */
#pragma once

struct plan_mount;

/*
 * Looks in sysfs for the source of a mount that waits for one, and sets there_path where a
 * virtiofs or 9p device with that tag has its driver. A kernel that does not show it, and any
 * error, only mean that fstag-wait has to look again. Returns 0 or -ENOMEM.
 *
 * Not done for a command line that is given for a test, unless $FSTAG_ROOT says where.
 */
int there_look(struct plan_mount *m);
