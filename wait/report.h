/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;
struct udev;

/*
 * Writes to standard error, with the level's prefix of sd-daemon(3), which source did not come,
 * which ones are there, and which modules are not.
 */
void report_missing(const struct source *source, struct udev *udev);
