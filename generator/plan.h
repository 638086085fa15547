/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is to be mounted, decided from the kernel command line alone. No file is read or written
 * here; units.h makes unit files of a plan.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "complaint.h"
#include "fs-type.h"
#include "mode.h"

struct cmdline;
struct input;

/* How a mount learns that its source is there. */
enum plan_wait {
	PLAN_WAIT_NONE,
	PLAN_WAIT_SOURCE,  /* fstag-wait@.service looks for it */
	PLAN_WAIT_NETWORK, /* network-online.target */
};

struct plan_mount {
	bool ours;	     /* named by a tag: all below is set */
	bool is_tag_by_type; /* because of its type alone, as in the kernel */
	const char *source, *types;
	const char *flags; /* as given, or NULL */
	/* Where these come from on the command line, for messages: /usr inherits from the root. */
	struct parameter source_parameter, types_parameter, flags_parameter;
	char *options;	 /* the flags and what belongs to them. Owned */
	char *transport; /* the value of trans=, or NULL. Owned */
	bool nofail;	 /* an NFS mount that may go on in the background */
	enum plan_wait wait;
	char *instance;	  /* "<types>:<source>", what fstag-wait is to wait for. Owned */
	uint64_t timeout; /* µs, or USEC_INFINITY */
	/* As there_look() finds it: what is in sysfs as long as the source is there. NULL where it
	 * is not. Owned */
	char *there_path;
};

struct plan {
	struct plan_mount root, usr;
	bool usr_requested;	   /* somebody mounts /usr, be it fstag or not */
	enum remount_mode remount; /* REMOUNT_NO where none is given */
	bool exitrd;
	enum release_mode release;
	char *refusal; /* why nothing of this can be done, or NULL. Owned */
};

/*
 * Returns 0, or -EINVAL where the command line is refused (plan->refusal then says why), or
 * -ENOMEM. input is where cmdline was read from. The plan points into both. plan_done() is due in
 * each case.
 */
int plan_make(struct plan *plan, const struct cmdline *cmdline, const struct input *input);

void plan_done(struct plan *plan);
