/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel command line, as far as fstag uses it. Text in, struct out; input.h reads the text.
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
		*last_flags; /* the first and the last of them, to find the files they come from */
};

/* A word that looks as if it was meant for fstag, but has no effect. */
struct stray_word {
	enum {
		STRAY_UNKNOWN,	/* an unknown fstag.* key */
		STRAY_NO_VALUE, /* an fstag.* key without "=" */
		STRAY_TAG,	/* "fstag:<tag>" or the like that is not the value of root= */
	} kind;
	const char *key, *value; /* value: NULL if it has none */
	const char *tag;	 /* of STRAY_TAG */
	const char *file;	 /* as given to cmdline_parse() */
};

/* The last value of each parameter that counts once; NULL if it is not given. */
struct cmdline {
	struct mount_parameters root, usr;
	int rw; /* 1 for rw, 0 for ro, -1 for neither */
	const char *roothash, *usrhash;
	bool verity;
	const char *system_init, *initramfs_options, *rdinit; /* the kernel's; the first is init= */
	const char *huge;			 /* the kernel's transparent_hugepage_tmpfs= */
	const char *rootwait;			 /* "" if it has no value */
	const char *device_timeout, *rd_timeout; /* systemd's default for devices, dracut's */
	const char *timeout;
	const char *resume; /* from hibernation */
	bool noresume;
	const char *remount, *remountflags, *init, *exitrd, *release;
	struct stray_word *strays; /* for the program to report. Owned */
	size_t n_strays;
};

#define CMDLINE_INIT                                                                               \
	{                                                                                          \
		.rw = -1, .verity = true                                                           \
	}

/*
 * Adds the words of text, which is modified and must outlive cmdline. So must file, the file that
 * the text is from, or NULL for the kernel command line. A later text takes precedence over an
 * earlier one, as a later word does. If it names a root, by root= or roothash=, everything that
 * earlier texts say about a root is dropped: root=, rootfstype=, rootflags=, roothash=, ro and rw;
 * otherwise options that an image stores for its builder's root would apply to another one. The
 * same holds for mount.usr= and usrhash=, for /usr.
 *
 * Returns 0, or -ENOMEM.
 */
int cmdline_parse(struct cmdline *cmdline, char *text, const char *file);

void cmdline_done(struct cmdline *cmdline);

/* A boolean, as systemd spells it. Returns 0 or 1, or -EINVAL. */
int cmdline_parse_boolean(const char *text);
