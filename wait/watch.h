/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;
struct udev;

/*
 * Returns when the source is there (0), or when SIGTERM says that the time is up (-ETIMEDOUT), or
 * with another negative errno.
 *
 * It listens to the kernel's own uevents, since udevd may not run yet, and does so before its
 * first look, so that no device can slip through between the two.
 */
int watch_for_source(const struct source *source, struct udev *udev);
