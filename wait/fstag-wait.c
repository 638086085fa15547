/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-wait: returns when the source of a file system is there.
 *
 * fstag-wait@.service runs it in the initrd, before the source is mounted. udevd may or may not
 * run then; /proc, /sys and /dev are mounted. It changes nothing but that a module may be loaded.
 * udev's rules and fstag-failed.service use it too, for what they would need a program of their
 * own for.
 */
#include <errno.h>
#include <getopt.h>
#include <libudev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "alias.h"
#include "cleanup.h"
#include "report.h"
#include "source.h"
#include "watch.h"

static void cleanup_udev(struct udev **udev)
{
	(void)udev_unref(*udev);
}

static int usage(FILE *file)
{
	(void)fputs("Usage: fstag-wait TYPE[,TYPE...]:SOURCE\n"
		    "       fstag-wait --alias SYSPATH\n"
		    "       fstag-wait --refuse\n\n"
		    "Wait until SOURCE can be mounted as one of the types.\n\n"
		    "      --alias    print the systemd alias of a virtio device, for udev\n"
		    "      --refuse   print $FSTAG_REASON, and fail\n"
		    "  -h, --help     show this help\n"
		    "      --version  show the version\n",
		    file);
	return file == stdout ? 0 : -EINVAL;
}

static int wait_for(const char *text, struct udev *udev)
{
	_cleanup_(source_done) struct source source = {};
	int r;

	r = source_parse(text, &source);
	if (r < 0) {
		(void)fprintf(stderr, SD_ERR "'%s' %s\n", text,
			      r == -EOPNOTSUPP ? "has no type whose source can be waited for"
					       : "is not TYPE[,TYPE...]:SOURCE");
		return r;
	}

	r = watch_for_source(&source, udev);
	if (r == -ETIMEDOUT)
		report_missing(&source, udev);
	else if (r < 0)
		(void)fprintf(stderr, SD_ERR "Failed to wait for '%s': %s\n", text, strerror(-r));
	return r;
}

static int refuse(void)
{
	(void)fprintf(stderr, SD_ERR "Refusing %s\n", getenv("FSTAG_REASON") ?: "the root");
	return -EINVAL;
}

static int run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "alias", no_argument, NULL, 'a' },
		{ "refuse", no_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{},
	};
	_cleanup_(cleanup_udev) struct udev *udev = udev_new();
	int option = getopt_long(argc, argv, "+h", options, NULL);
	bool has_one_argument = optind + 1 == argc;

	if (!udev)
		return -ENOMEM;

	switch (option) {
	case 'a':
		return has_one_argument ? alias_print(udev, argv[optind]) : usage(stderr);
	case 'r':
		return refuse();
	case 'h':
		return usage(stdout);
	case 'v':
		return puts("fstag-wait " VERSION) < 0 ? -EIO : 0;
	case -1:
		return has_one_argument ? wait_for(argv[optind], udev) : usage(stderr);
	default:
		return -EINVAL;
	}
}

int main(int argc, char *argv[])
{
	return run(argc, argv) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
