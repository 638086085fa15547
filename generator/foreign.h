/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Units of an administrator, of the image or of another early generator, which take precedence over
 * fstag's. A link to /dev/null counts, and so does a dangling one.
 */
#pragma once

#include <stdbool.h>

struct plan;

/* Finds those of the mounts of the plan, and logs that fstag does not write them. */
void foreign_look(struct plan *plan, const char *early_dir);

/* Whether fstag-remount.service is already enabled. */
bool foreign_enables_remount(const char *early_dir);
