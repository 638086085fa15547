/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fstag knows of each file system type: the kernel modules it needs, and how to detect that
 * its source is available. tests/unit/test-modules.c compares the units, the udev rules and the
 * dracut module with it.
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
	FS_WAIT_NETWORK,  /* the network must be up */
};

struct fs_module {
	const char *name; /* valid as long as the type that was asked for */
	size_t length;	  /* because the type may be an item of a list */
	bool alternative; /* a machine needs only one of the alternatives */
	/* A path in sysfs that exists once the module is loaded or built in. NULL for that of the
	 * file system itself, which fsopen(2) tells. */
	const char *sign;
};

/* A type whose sources the kernel shows. */
struct fs_type {
	const char *name;
	enum fs_wait wait;
	/* Those whose uevents may announce a source; the first has its devices. NULL: no more */
	const char *subsystems[2];
	struct fs_module module; /* in addition to those of its transport and its own, if any */
	/* If the source is the tag of a virtio device, else NULL: */
	const char *virtio_id; /* of the device, as in sysfs (linux/virtio_ids.h) */
	const char *driver;    /* its driver in sysfs */
	/* Where sysfs shows the tags of the devices with the driver: <directory>/<any>/<file> */
	const char *tag_directory, *tag_file;
};

#define FS_TYPES 5
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
 * How to wait for a source of the type (length bytes at type).
 *
 * transport is the value of 9p's trans= option, or NULL if it is not given: the kernel then uses
 * virtio (net/9p/trans_virtio.c). It is ignored for other types.
 */
enum fs_wait fs_type_wait(const char *type, size_t length, const char *transport);

/*
 * The modules for the type, in the order in which to load them; a type that is not known here needs
 * the module of its own name, and "fuse.<x>" needs fuse.
 *
 * Returns how many there are, at most FS_TYPE_MODULES_MAX.
 */
size_t fs_type_modules(const char *type, size_t length, const char *transport,
		       struct fs_module ret_modules[static FS_TYPE_MODULES_MAX]);

/*
 * The type of a source in one of the kernel's own spellings, which mean nothing to other types:
 * "ubifs" for a UBI volume (ubi0:name, ubi:name, ubi0_1, ubi0, ! in place of :), "jffs2" for an MTD
 * partition (mtd0, mtd:name). NULL for any other.
 */
const char *fs_type_of_source(const char *source);

/*
 * Whether the name can be that of a file system type and of its module; then it is not an option of
 * modprobe, not a path, and one word in a unit file.
 */
bool fs_type_is_valid(const char *type, size_t length);
