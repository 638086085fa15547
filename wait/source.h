/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fstag-wait waits for. */
#pragma once

#include <stdbool.h>

#include "fs-type.h"

struct udev;
struct udev_device;

struct source {
	char *types;	  /* separated by commas. Owned */
	const char *name; /* points into the allocation of types */
	/* The types that fstag-wait can wait for, in their order, each once. */
	const struct fs_type *known[FS_TYPES];
	unsigned n_known;
	/* The servers of a source on the network, as in servers.h, or NULL. Not owned */
	const char *servers;
};

/*
 * Splits "<types>:<source>". With servers, which may be NULL, the source is available once one of
 * them answers, whatever its types.
 *
 * Returns 0, -EINVAL if the text has another form, -EOPNOTSUPP if none of the types has a device to
 * wait for, or -ENOMEM.
 */
int source_parse(const char *text, const char *servers, struct source *ret_source);

void source_done(struct source *source);

/*
 * Checks whether the source is available as any of its types.
 *
 * Linux before 6.9 does not show virtiofs tags; if it has any, this tries to create a superblock
 * for the tag, which is dropped again. Returns 1, 0, or a negative errno if a check failed and the
 * source is not available as any other type.
 */
int source_look(const struct source *source, struct udev *udev);

/* Checks the device of a uevent alone. Returns the same. */
int source_look_at(const struct source *source, struct udev_device *device);

/* Whether the uevent is of a new device that may be the source, but whose tag the kernel does not
 * show. */
bool source_may_be_hidden_at(const struct source *source, struct udev_device *device);

/* The same as source_look() for one type, whether or not the source has that type. */
int source_look_as(const struct source *source, struct udev *udev, const struct fs_type *type);

bool source_has_type(const struct source *source, const struct fs_type *type);
