/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits for the switch-root, and for SIGTERM. */
#pragma once

#include <stdbool.h>

struct initramfs;

struct watch {
	int mounts;    /* our mountinfo; the mounts are those of PID 1 */
	int signals;   /* SIGTERM */
	bool is_ended; /* SIGTERM has come */
};

#define WATCH_INIT                                                                                 \
	{                                                                                          \
		.mounts = -EBADF, .signals = -EBADF                                                \
	}

/* Returns 0 or a negative errno. The caller must call watch_done() in every case. */
int watch_open(struct watch *watch, const struct initramfs *initramfs);

void watch_done(struct watch *watch);

/*
 * Returns 1 once PID 1 has left the initramfs, 0 if SIGTERM comes before that, or a negative errno.
 * It may wait forever.
 */
int watch_for_switch(struct watch *watch, const struct initramfs *initramfs);

/* Waits that long, or until the first SIGTERM. */
void watch_pause(struct watch *watch, int milliseconds);
