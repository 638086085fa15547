/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias.h"

#include <errno.h>
#include <stdio.h>

#include "cleanup.h"
#include "devices.h"
#include "percent.h"
#include "text.h"

static char *encode(const char *tag)
{
	/* These would be other directories: the only case in which dots are encoded. */
	return percent_encode(tag, is_dot_or_dot_dot(tag) ? "" : LETTERS DIGITS "_.-");
}

struct search {
	const char *syspath;
	char *alias;
};

static int find(const struct device *device, void *data)
{
	_cleanup_free_ char *encoded = NULL;
	struct search *search = data;

	if (!device->syspath || !streq(device->syspath, search->syspath) || !*device->name)
		return 0;

	encoded = encode(device->name);
	return encoded && asprintf(&search->alias, "/dev/fstag/%s", encoded) >= 0 ? 1 : -ENOMEM;
}

int alias_find(struct udev *udev, const char *syspath, char **ret_alias)
{
	struct search search = { .syspath = syspath };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTSOF(fs_types); i++)
		if (fs_types[i].virtio_id)
			r = devices_walk(udev, &fs_types[i], find, &search);
	if (r <= 0)
		return r < 0 ? r : -ENODEV;

	*ret_alias = search.alias;
	return 0;
}
