/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel command line asks for.
 */
#pragma once

#include <stdbool.h>

#include "cmdline.h"
#include "input.h"
#include "mode.h"
#include "tmpfs.h"

struct request {
	enum remount_mode mode;
	const char *mode_problem; /* with fstag.remount=, which then counts as not given; or NULL */
	struct tmpfs_options options;
	bool has_root;	  /* this system switches to another root */
	const char *init; /* the kernel's init= if there is no other root; or NULL */
	struct input input;
	struct cmdline cmdline;
};

/*
 * proc as in input_read_cmdline(); without a mode on the command line it is default_mode.
 *
 * Returns 0 or a negative errno. The caller must call request_done() in every case.
 */
int request_read(struct request *request, int proc, enum remount_mode default_mode);

void request_done(struct request *request);
