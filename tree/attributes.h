/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file has in addition to its data: owner, mode, times, extended attributes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct attributes {
	mode_t mode; /* the type included */
	uid_t uid;
	gid_t gid;
	struct timespec times[2]; /* as utimensat(2) takes them: access, modification */
	char *xattrs;		  /* name NUL, size_t, value, and so on. Owned; NULL: none */
	size_t xattrs_size;
};

void attributes_from_statx(struct attributes *a, const struct statx *stx);

/*
 * Reads the extended attributes of an open file, or, if fd is negative, of the name in the current
 * directory, without following it. A file system without extended attributes is not an error.
 * Returns 0 or a negative errno.
 */
int attributes_read_xattrs(struct attributes *a, int fd, const char *name);

/* Reads all attributes of an open file. is_ramfs: it has no extended ones. Returns 0 or a negative
 * errno. */
int attributes_read(struct attributes *a, int fd, bool is_ramfs);

/* What a tmpfs charges for the extended attributes against nr_inodes=, in bytes. */
uint64_t attributes_xattr_space(const struct attributes *a);

/*
 * Sets all attributes of an open file, which need not be writable. Extended attributes that its
 * file system does not support are left out. is_new: root has just created it with that mode,
 * except for the special bits, in a directory that gives it neither a group nor an ACL, so nothing
 * is set twice.
 *
 * Returns 0 or the first negative errno, after which it goes on: what needs no memory is always
 * set.
 */
int attributes_apply(const struct attributes *a, int fd, bool is_new);

/*
 * The same for a name in the directory dir that cannot be opened (a symbolic link, a device). If
 * there are extended attributes, dir must be the current directory.
 */
int attributes_apply_at(const struct attributes *a, int dir, const char *name, bool is_new);

/* Whether an open file already has all of them, with the extended ones in the order in which they
 * were read. */
bool attributes_are(const struct attributes *a, int fd, bool is_ramfs);

void attributes_done(struct attributes *a);

#define TAKE_ATTRIBUTES(a)                                                                         \
	({                                                                                         \
		struct attributes _attributes = (a);                                               \
		(a).xattrs = NULL;                                                                 \
		(a).xattrs_size = 0;                                                               \
		_attributes;                                                                       \
	})
