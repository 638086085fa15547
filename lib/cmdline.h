/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel command line, as far as fstag acts on it. Text in, struct out; who reads the
 * text is input.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The root= or the mount.usr= family. */
struct mount_parameters {
	const char *what;   /* NULL: not given, or given empty */
	const char *fstype; /* NULL likewise */
	char *flags;	    /* all rootflags=, joined; NULL: not given. Owned */
	const char *first_flags,
		*last_flags; /* the first and the last of them, to tell whose they are */
};

/* A word that looks like one of fstag's, and on which nothing acts. */
struct stray_word {
	enum {
		STRAY_UNKNOWN,	/* an fstag.* key that is none */
		STRAY_NO_VALUE, /* an fstag.* key without "=" */
		STRAY_TAG,	/* "fstag:<tag>" or the like behind no root= */
	} kind;
	const char *key, *value; /* value: NULL where it has none */
	const char *tag;	 /* of STRAY_TAG */
	const char *file;	 /* as given to cmdline_parse() */
};

/* The last value of each parameter that may stand once; NULL where it does not stand. */
struct cmdline {
	struct mount_parameters root, usr;
	int rw; /* 1 for rw, 0 for ro, -1 for neither */
	const char *roothash, *usrhash;
	bool verity;
	const char *system_init, *initramfs_options, *rdinit; /* the kernel's; the first is init= */
	const char *huge;			 /* the kernel's transparent_hugepage_tmpfs= */
	const char *rootwait;			 /* "" where it has no value */
	const char *device_timeout, *rd_timeout; /* systemd's default for devices, dracut's */
	const char *timeout;
	const char *remount, *remountflags, *init, *exitrd, *release;
	struct stray_word *strays; /* for the program to tell. Owned */
	size_t n_strays;
};

#define CMDLINE_INIT                                                                               \
	{                                                                                          \
		.rw = -1, .verity = true                                                           \
	}

/*
 * Adds the words of text, which is written to and has to outlive cmdline. So has file, which is
 * what the text stands in, NULL for the real line. A later text wins over an earlier one as a later
 * word does. Where it names a root, by root= or roothash=, nothing stays of what earlier texts say
 * of one: root=, rootfstype=, rootflags=, roothash=, ro and rw; else options that an image stores
 * for its builder's root would get at another one. So it is with mount.usr= and usrhash= for /usr.
 *
 * Returns 0, or -ENOMEM.
 */
int cmdline_parse(struct cmdline *cmdline, char *text, const char *file);

void cmdline_done(struct cmdline *cmdline);

/* systemd's words for a boolean. Returns 0 or 1, or -EINVAL. */
int parse_boolean(const char *text);
