/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is to be done. planner.h decides all of it before the first unit is written: what the
 * command line says, which units already exist, which sources are already available. The writers
 * (units.h, services.h, refusal.h) only print it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "input.h"
#include "mode.h"

/* How a mount learns that its source is available. */
enum plan_wait {
	PLAN_WAIT_NONE,
	PLAN_WAIT_SOURCE,  /* fstag-wait@.service checks for it */
	PLAN_WAIT_NETWORK, /* network-online.target */
};

/* The lines of a mount unit that not every mount unit has. NULL: no such line. Owned */
struct plan_lines {
	char *after, *requires, *wants, *before; /* units, with blanks between */
	char *requires_mounts_for, *wants_mounts_for;
	char **wanted_by, **required_by; /* in place of its own target */
	char *modules;			 /* units that load them */
	char *wait_unit;		 /* of fstag-wait@.service */
	const char *type;		 /* Not owned */
	char *options;
	uint64_t timeout; /* of mount(8), in µs. 0: none */
};

struct plan_mount {
	bool ours;	     /* named by a tag: all fields below are set */
	bool is_tag_by_type; /* because of its type alone, as in the kernel */
	const char *source, *types;
	const char *flags; /* as given, or NULL */
	/* Where these come from on the command line, for messages: /usr inherits from the root. */
	struct parameter source_parameter, types_parameter, flags_parameter;
	char *options;	 /* the flags and the options that fstag adds. Owned */
	char *transport; /* the value of trans=, or NULL. Owned */
	bool nofail;	 /* an NFS mount that may go on in the background */
	enum plan_wait wait;
	/* Where fstag-wait@.service finds the servers of a mount that waits for the network, as in
	 * servers.h, or NULL. Owned */
	char *servers;
	uint64_t timeout; /* µs, or USEC_INFINITY */
	/* A path in sysfs that exists as long as the source is available. NULL if it is not. Owned
	 */
	char *there_path;
	struct plan_lines lines; /* empty if the unit is not fstag's */
};

struct plan {
	struct plan_mount root, usr;
	bool usr_requested; /* /usr is mounted, by fstag or otherwise */
	/* Which units already exist elsewhere, so that they are not written. */
	struct {
		bool sysroot, sysusr_usr, sysroot_usr;
	} foreign;
	enum remount_mode remount; /* REMOUNT_NO if none is given */
	bool remount_is_first;	   /* also true if the image has it enabled */
	bool exitrd;
	bool masks_resume; /* resume= cannot have a meaning */
	enum release_mode release;
	char *refusal; /* why none of this can be done, or NULL. Owned */
};

/* Free what they own. */
void plan_mount_done(struct plan_mount *m);
void plan_done(struct plan *plan);
