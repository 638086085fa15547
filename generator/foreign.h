/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Units of an administrator, of the image or of another early generator, which win over fstag's.
 * A link to /dev/null counts, also one that leads nowhere.
 */
#pragma once

#include <stdbool.h>

struct plan;

/* Finds those of the mounts of the plan, and tells that fstag leaves these alone. */
void foreign_look(struct plan *plan, const char *early_dir);

/* Whether somebody has switched fstag-remount.service on. */
bool foreign_enables_remount(const char *early_dir);
