/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the early init does to the initramfs; it logs to the kernel's log.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "enter.h"
#include "in-use.h"
#include "remount.h"
#include "request.h"

struct early {
	int proc;
	struct request request;
	struct remount remount; /* the tmpfs that is the new root */
	int bind;		/* the second mount of the initramfs that is the new root instead */
	struct enter enter;
	enum in_use in_use; /* what used it when the tmpfs was begun */
	uint64_t start_ms;  /* when the tmpfs was begun */
	bool has_company;   /* other programs run */
	bool has_failed;    /* to make a tmpfs */
	char *directory;    /* the working directory before */
};

#define EARLY_INIT                                                                                 \
	{                                                                                          \
		.proc = -EBADF, .remount = REMOUNT_INIT, .bind = -EBADF, .enter = ENTER_INIT       \
	}

/*
 * Moves the initramfs as requested, or leaves it alone, and logs that in one line. On a failure,
 * which it logs too, the initramfs is as before. has_run: an earlier execution has done it.
 */
void early_remount(struct early *early, bool has_run);

/* Undoes it. */
void early_undo(struct early *early);
