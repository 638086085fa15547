/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The directory in which an administrator, an image or another early generator has the unit, or
 * NULL. A link to /dev/null counts, also one that leads nowhere.
 */
const char *unit_path_find(const char *early_dir, const char *unit);
