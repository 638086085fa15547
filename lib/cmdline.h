/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel command line, as far as fstag acts on it. Text in, struct out; who reads the
 * text is input.h.
 */
#pragma once

#include <stdbool.h>

/* The root= or the mount.usr= family. */
struct mount_parameters {
	const char *what;   /* NULL: not given, or given empty */
	const char *fstype; /* NULL likewise */
	char *flags;	    /* all rootflags=, joined; NULL: not given. Owned */
	const char *first_flags,
		*last_flags; /* the first and the last of them, to tell whose they are */
};

/* The last value of each parameter that may stand once; NULL where it does not stand. */
struct cmdline {
	struct mount_parameters root, usr;
	bool warns;	  /* set by the one program that is to tell what it cannot use */
	const char *file; /* what the text that is read next stands in, NULL: the real line */
	int rw;		  /* 1 for rw, 0 for ro, -1 for neither */
	const char *roothash, *usrhash;
	bool verity;
	const char *system_init, *initramfs_options, *rdinit; /* the kernel's; the first is init= */
	const char *huge;			 /* the kernel's transparent_hugepage_tmpfs= */
	const char *rootwait;			 /* "" where it has no value */
	const char *device_timeout, *rd_timeout; /* systemd's default for devices, dracut's */
	const char *timeout;
	const char *remount, *remountflags, *init, *exitrd, *release;
};

#define CMDLINE_INIT                                                                               \
	{                                                                                          \
		.rw = -1, .verity = true                                                           \
	}

/*
 * Adds the words of text, which is written to and has to outlive cmdline. A later text wins
 * over an earlier one as a later word does. Where it names a root, by root= or roothash=, nothing
 * stays of what earlier texts say of one: root=, rootfstype=, rootflags=, roothash=, ro and rw;
 * else options that an image stores for its builder's root would get at another one. So it is with
 * mount.usr= and usrhash= for /usr.
 *
 * What it cannot use of fstag's own (an unknown fstag.* key, a value that lacks) is a warning,
 * where cmdline->warns.
 * Returns 0, or -ENOMEM.
 */
int cmdline_parse(struct cmdline *cmdline, char *text);

void cmdline_done(struct cmdline *cmdline);

/* systemd's words for a boolean. Returns 0 or 1, or -EINVAL. */
int parse_boolean(const char *text);
