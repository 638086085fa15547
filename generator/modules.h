/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct plan_mount;

/* Sets the modprobe@.service of each module that the types of the mount need. A source that is
 * already available needs none: its driver is loaded, and the kernel loads the file system. Returns
 * 0 or -ENOMEM. */
int modules_plan(struct plan_mount *m);
