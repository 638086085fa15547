/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "alias.h"

#include <errno.h>
#include <stdio.h>

#include "devices.h"
#include "text.h"

static void put_encoded(const char *tag)
{
	/* "." and ".." would be other folders: the one case where a dot does not stay. */
	const char *stays = streq(tag, ".") || streq(tag, "..") ? "" : LETTERS DIGITS "_.-";

	for (; *tag; tag++)
		if (strchr(stays, *tag))
			(void)putchar(*tag);
		else
			(void)printf("%%%02X", (unsigned char)*tag);
}

static int print_device(const char *type, const char *name, const char *device, void *syspath)
{
	(void)type;
	if (!device || !streq(device, syspath) || !*name)
		return 0;

	(void)fputs("SYSTEMD_ALIAS=/dev/fstag/", stdout);
	put_encoded(name);
	(void)putchar('\n');
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
