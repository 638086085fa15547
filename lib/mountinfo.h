/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mounts of a mount namespace, as the kernel lists them (proc_pid_mountinfo(5)).
 *
 * libmount is not used: the early init is static, and Debian has no static library of it. libmount
 * also decodes the kernel's escapes before it splits the options, so that a comma or a quote in the
 * name of one layer of an overlay hides the others, and it leaves out lines when out of memory.
 * Here an incomplete list would be harmful: whatever seems to be unused is deleted.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mountinfo {
	char *text; /* all lines. Owned */
	char *next; /* the next line to parse */
};

/* The texts are valid as long as the struct mountinfo. */
struct mount {
	uint64_t id, parent;
	dev_t device;
	const char *root;  /* which part of the file system is mounted: "/" for all of it */
	const char *point; /* the mount point, relative to the reader's root */
	const char *type, *source;
	const char *options; /* of the file system, with the kernel's escapes, which have to be
				decoded after the options are split */
};

/* Reads a mountinfo file below the directory into an empty struct. Returns 0 or a negative errno.
 */
int mountinfo_read(struct mountinfo *mountinfo, int directory, const char *path);

/* Returns 1, 0 if there are no more mounts, or -EBADMSG if a line is malformed or incomplete. */
int mountinfo_next(struct mountinfo *mountinfo, struct mount *ret_mount);

void mountinfo_done(struct mountinfo *mountinfo);

/* Whether it keeps alive a mount namespace, which need not contain a process. */
bool mountinfo_keeps_namespace(const struct mount *mount, ino_t *ret_number);
