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
	/* "." and ".." would be other directories: the one case where a dot does not stay. */
	bool is_directory = streq(tag, ".") || streq(tag, "..");

	return percent_encode(tag, is_directory ? "" : LETTERS DIGITS "_.-");
}

static int print_device(const char *type, const char *name, const char *device, void *syspath)
{
	_cleanup_free_ char *encoded = NULL;

	(void)type;
	if (!device || !streq(device, syspath) || !*name)
		return 0;

	encoded = encode(name);
	if (!encoded)
		return -ENOMEM;

	(void)printf("SYSTEMD_ALIAS=/dev/fstag/%s\n", encoded);
	return 1;
}

int alias_print(struct udev *udev, const char *syspath)
{
	int r;

	r = devices_walk(udev, FS_WAIT_VIRTIOFS, print_device, (void *)syspath);
	if (r == 0)
		r = devices_walk(udev, FS_WAIT_9P, print_device, (void *)syspath);
	if (r < 0)
		return r;

	return r > 0 ? 0 : -ENODEV;
}
