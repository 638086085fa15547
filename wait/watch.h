/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;
struct udev;

/*
 * Returns when the source is available (0), or on SIGTERM: -ETIMEDOUT if systemd says that the time
 * is up, else -ECANCELED; both are reported on standard error. Any other negative errno means that
 * it cannot listen.
 *
 * It listens to the kernel's own uevents, because udevd may not run yet, and starts to do so before
 * its first check, so that it misses no device. A check that fails is reported on standard error,
 * once, and repeated a second later. After ten seconds a line says what it waits for.
 */
int watch_for_source(const struct source *source, struct udev *udev);
