/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the early init does to the initramfs, told in the kernel's log.
 */
#pragma once

#include <stdbool.h>

#include "enter.h"
#include "remount.h"
#include "request.h"

struct early {
	int proc;
	struct request request;
	struct remount remount;
	struct enter enter;
	bool has_company; /* other programs run */
	bool has_failed;  /* to make a tmpfs */
	char *directory;  /* the current one, as it was */
};

#define EARLY_INIT                                                                                 \
	{                                                                                          \
		.proc = -EBADF, .remount = REMOUNT_INIT, .enter = ENTER_INIT                       \
	}

/*
 * Moves the initramfs as it is requested, or leaves it, and says so in one line. Where anything
 * fails it says that, too, and the initramfs is as it was. has_run: another round has done it.
 */
void early_remount(struct early *early, bool has_run);

/* Undoes it. */
void early_undo(struct early *early);
