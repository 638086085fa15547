/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;
struct udev;

/*
 * Returns when the source is there (0), or when SIGTERM comes: -ETIMEDOUT where systemd says that
 * the time is up, else -ECANCELED. Any other negative errno means that it cannot listen.
 *
 * It listens to the kernel's own uevents, since udevd may not run yet, and does so before its
 * first look, so that no device can slip through between the two. A look that fails is noted on
 * standard error, once, and made again a second later. After ten seconds a line says what it
 * waits for.
 */
int watch_for_source(const struct source *source, struct udev *udev);
