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
	const char *mode_problem; /* of fstag.remount=, which counts as not given; or NULL */
	struct tmpfs_options options;
	bool has_root;	  /* this system goes on to another root */
	const char *init; /* the kernel's init=, where no other root has it; or NULL */
	struct input input;
	struct cmdline cmdline;
};

/*
 * proc as in input_read_cmdline(); without a mode on the command line it is default_mode.
 *
 * Returns 0 or a negative errno. request_done() is due in each case.
 */
int request_read(struct request *request, int proc, enum remount_mode default_mode);

void request_done(struct request *request);
