/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the early init does to the initramfs, told in the kernel's log.
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
	int bind;		/* the second mount of the initramfs that is it instead */
	struct enter enter;
	enum in_use in_use; /* by whom, when the tmpfs was begun */
	uint64_t start_ms;  /* when that was */
	bool has_company;   /* other programs run */
	bool has_failed;    /* to make a tmpfs */
	char *directory;    /* the current one, as it was */
};

#define EARLY_INIT                                                                                 \
	{                                                                                          \
		.proc = -EBADF, .remount = REMOUNT_INIT, .bind = -EBADF, .enter = ENTER_INIT       \
	}

/*
 * Moves the initramfs as it is requested, or leaves it, and says so in one line. Where anything
 * fails it says that, too, and the initramfs is as it was. has_run: another round has done it.
 */
void early_remount(struct early *early, bool has_run);

/* Undoes it. */
void early_undo(struct early *early);
