/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-wait: returns when the source of a file system is available.
 *
 * fstag-wait@.service runs it in the initrd, before the source is mounted. udevd may or may not run
 * then; /proc, /sys and /dev are mounted. It changes nothing, although it may cause a module to be
 * loaded. udev's rules and fstag-failed.service use it too, so that they do not need separate
 * programs.
 */
#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "alias.h"
#include "cleanup.h"
#include "source.h"
#include "usage.h"
#include "watch.h"

static void cleanup_udev(struct udev **udev)
{
	(void)udev_unref(*udev);
}

static int wait_for(const char *text, struct udev *udev)
{
	_cleanup_(source_done) struct source source = {};
	int r;

	r = source_parse(text, getenv("FSTAG_SERVERS"), &source);
	if (r < 0) {
		(void)fprintf(stderr, SD_ERR "'%s' %s\n", text,
			      r == -EOPNOTSUPP ? "contains no type that fstag-wait can wait for"
					       : "is not TYPE[,TYPE...]:SOURCE");
		return r;
	}

	r = watch_for_source(&source, udev);
	if (r < 0 && r != -ETIMEDOUT && r != -ECANCELED)
		(void)fprintf(stderr, SD_ERR "Failed to wait for '%s': %s\n", text, strerror(-r));
	return r;
}

/* For udev's IMPORT{program}. */
static int print_alias(const char *syspath, struct udev *udev)
{
	_cleanup_free_ char *alias = NULL;
	int r;

	r = alias_find(udev, syspath, &alias);
	if (r < 0)
		return r;

	(void)printf("SYSTEMD_ALIAS=%s\n", alias);
	return 0;
}

static int refuse(void)
{
	(void)fprintf(stderr, SD_ERR "Refusing %s\n", getenv("FSTAG_REASON") ?: "the root");
	return -EINVAL;
}

static int run(int letter, const char *argument)
{
	_cleanup_(cleanup_udev) struct udev *udev = NULL;

	if (letter == 'r')
		return refuse();

	udev = udev_new();
	if (!udev)
		return -ENOMEM;

	return letter == 'a' ? print_alias(optarg, udev) : wait_for(argument, udev);
}

int main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "alias", required_argument, NULL, 'a' },
		{ "refuse", no_argument, NULL, 'r' },
		USAGE_OPTIONS,
	};
	static const struct usage usage = {
		.program = "fstag-wait",
		.text = "Usage: fstag-wait TYPE[,TYPE...]:SOURCE\n"
			"       fstag-wait --alias SYSPATH\n"
			"       fstag-wait --refuse\n\n"
			"Wait until SOURCE can be mounted as one of the types, or until one of\n"
			"$FSTAG_SERVERS (HOST/PORT,...) answers.\n\n"
			"      --alias SYSPATH  print the systemd alias of a virtio device, for "
			"udev\n"
			"      --refuse         print $FSTAG_REASON and fail\n"
			"  -h, --help           show this help\n"
			"  -V, --version        show the version\n",
		.options = options,
		.min_arguments = 1,
		.max_arguments = 1,
		.error = EXIT_FAILURE,
	};
	int status, letter = usage_parse(&usage, argc, argv, &status);

	if (letter < 0)
		return status;

	return run(letter, argv[optind]) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
