/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mounts of a mount namespace, as the kernel tells them (proc_pid_mountinfo(5)).
 *
 * Not by libmount: the early init is static, and Debian has no static library of it. It also undoes
 * the kernel's escapes before it divides the options, so that a comma or a quote in the name of one
 * layer of an overlay hides the others, and it leaves out lines for which memory lacks. What is
 * taken for unused by what is read here is deleted.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mountinfo {
	char *text; /* all lines. Owned */
	char *next; /* the line that is to be parsed */
};

/* The texts live as long as the struct mountinfo. */
struct mount {
	uint64_t id, parent;
	dev_t device;
	const char *root;  /* what of the file system is mounted: "/" for all of it */
	const char *point; /* where, from the reader's root on */
	const char *type, *source;
	const char *options; /* of the file system. The kernel's escapes stay: they are for those
				who have divided the options */
};

/* Reads a mountinfo file below the directory into what is empty. Returns 0 or a negative errno. */
int mountinfo_read(struct mountinfo *mountinfo, int directory, const char *path);

/* Returns 1, 0 where there are no more mounts, or -EBADMSG where a line is not a mount's, or not
 * whole. */
int mountinfo_next(struct mountinfo *mountinfo, struct mount *ret_mount);

void mountinfo_done(struct mountinfo *mountinfo);

/* Whether it keeps a mount namespace, in which there need not be a process. */
bool mountinfo_keeps_namespace(const struct mount *mount, ino_t *ret_number);
