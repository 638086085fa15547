/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;
struct udev;

/*
 * Writes to standard error which source is missing, which ones are available, and which modules are
 * missing. verb precedes the source, and starts with the level's prefix of sd-daemon(3).
 */
void report_missing(const struct source *source, struct udev *udev, const char *verb);

/* The same for a source on the network; reason says which server does not answer. */
void report_unreachable(const struct source *source, const char *reason, const char *verb);
