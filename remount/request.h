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
	enum remount_mode mode; /* tmpfs where none is given */
	struct tmpfs_options options;
	bool has_root;	  /* this system goes on to another root */
	const char *init; /* what is to run then, or NULL */
	struct input input;
	struct cmdline cmdline;
};

/*
 * proc as in input_read_cmdline(). Returns 0 or a negative errno: -EINVAL where the mode is none,
 * and the request then is one for REMOUNT_NO. request_done() is due in each case.
 */
int request_read(struct request *request, int proc);

void request_done(struct request *request);
