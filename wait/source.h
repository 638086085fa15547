/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fstag-wait waits for. */
#pragma once

#include <stdbool.h>

#include "fs-type.h"

struct udev;

struct source {
	char *types;	  /* separated by commas. Owned */
	const char *name; /* points into types' allocation */
	/* Those of the types that can be waited for, in their order, each once. */
	const struct fs_type *known[FS_TYPES];
	unsigned n_known;
};

/*
 * Takes "<types>:<source>" apart. Returns 0, -EINVAL where it is not that, -EOPNOTSUPP where none
 * of the types has a device that could be waited for, or -ENOMEM.
 */
int source_parse(const char *text, struct source *ret_source);

void source_done(struct source *source);

/*
 * Looks whether the source is there for any of its types.
 *
 * Linux before 6.9 does not show virtiofs tags; it is asked to make a superblock of the tag, which
 * is dropped again. Returns 1, 0, or a negative errno where a look failed and no other type has
 * it.
 */
int source_look(const struct source *source, struct udev *udev);

/* The same for one type, be it of the source's or not. */
int source_look_as(const struct source *source, struct udev *udev, const struct fs_type *type);

bool source_has_type(const struct source *source, const struct fs_type *type);
