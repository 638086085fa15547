/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fstag knows of each file system type: the kernel modules it needs, and how one sees
 * that its source is there. tests/unit/test-modules.c holds the units, the udev rules and the
 * dracut module to it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The most modules that one type needs. */
#define FS_TYPE_MODULES_MAX 8

enum fs_wait {
	FS_WAIT_NONE,	  /* no device of its own: mount at once */
	FS_WAIT_VIRTIOFS, /* a virtio device, by its tag */
	FS_WAIT_9P,	  /* a virtio device, by its mount_tag */
	FS_WAIT_UBI,	  /* a UBI volume */
	FS_WAIT_MTD,	  /* an MTD partition */
	FS_WAIT_NETWORK,  /* the network has to be up */
};

struct fs_module {
	const char *name; /* lives as long as the type that was asked for */
	size_t length;	  /* since a type stands in a list */
	bool alternative; /* one of those of which a machine needs a single one */
	const char *sign; /* what sysfs has with it, built in or loaded. NULL for that of the file
			   * system itself, which fsopen(2) knows */
};

/* A type whose sources the kernel shows. */
struct fs_type {
	const char *name;
	enum fs_wait wait;
	struct fs_module module; /* one more than that of its transport and its own, if any */
	/* Where the source is the tag of a virtio device, else NULL: */
	const char *virtio_id; /* the device's, as sysfs has it (linux/virtio_ids.h) */
	const char *driver;    /* its driver in sysfs */
	/* Where sysfs shows the tags of those that have the driver: <directory>/<any>/<file> */
	const char *tag_directory, *tag_file;
};

#define FS_TYPES 4
extern const struct fs_type fs_types[FS_TYPES];

/* A value of 9p's option trans= (net/9p/trans_*.c). */
struct fs_transport {
	const char *name;
	enum fs_wait wait;
	struct fs_module module;
};

#define FS_TRANSPORTS 7
extern const struct fs_transport fs_transports[FS_TRANSPORTS];

/* The type with the name (length bytes at name), or NULL. */
const struct fs_type *fs_type_find(const char *name, size_t length);

/*
 * How one waits for a source of the type (length bytes at type).
 *
 * transport is the value of 9p's trans= option, or NULL where it is not given: the kernel then
 * takes virtio (net/9p/trans_virtio.c). Other types do not look at it.
 */
enum fs_wait fs_type_wait(const char *type, size_t length, const char *transport);

/*
 * The modules for the type, in the order in which they are best loaded; a type that is not known
 * here needs the module of its own name, and "fuse.<x>" needs fuse.
 *
 * Returns how many there are, at most FS_TYPE_MODULES_MAX.
 */
size_t fs_type_modules(const char *type, size_t length, const char *transport,
		       struct fs_module ret_modules[static FS_TYPE_MODULES_MAX]);

/*
 * The type of a source that is in one of the kernel's own spellings, which mean nothing to other
 * types: "ubifs" for a UBI volume (ubi0:name, ubi:name, ubi0_1, ubi0, ! in place of :), "jffs2" for
 * an MTD partition (mtd0, mtd:name). NULL for any other.
 */
const char *fs_type_of_source(const char *source);

/*
 * Whether the name can be that of a file system type and of its module, so that it is no option
 * of modprobe, no path, and one word in a unit file.
 */
bool fs_type_is_valid(const char *type, size_t length);
