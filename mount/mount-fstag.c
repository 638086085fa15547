/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mount.fstag: mounts one source as the first of several types that accepts it.
 *
 * mount(8) executes it for the mount units that fstag-generator writes for a list of types: in the
 * initrd, once fstag-wait has seen the source. mount(8) itself would take the source for a path,
 * and stop at the first error, with few exceptions. The source and the types are in the option
 * fstag=; the argument SPEC, which mount(8) may have changed, is ignored.
 */
#include <errno.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "cleanup.h"
#include "request.h"
#include "text.h"
#include "usage.h"

/* mount(8)'s exit statuses. */
enum {
	EXIT_USAGE = 1,
	EXIT_SYSTEM = 2,
	EXIT_MOUNT = 32,
};

static char *arg_options;
static bool arg_verbose;
static struct manner arg_manner;

static const struct usage usage = {
	.program = "mount.fstag",
	.text = "Usage: mount.fstag SPEC DIR [-sfnv] [-N NAMESPACE] [-t TYPE]\n"
		"                   -o fstag=TYPE[+TYPE...]:SOURCE[,OPTION...]\n\n"
		"Mount SOURCE on DIR as the first of the types that accepts it.\n"
		"mount(8) calls this program.\n\n"
		"  -f             do everything except the mount\n"
		"  -N NAMESPACE   mount in this mount namespace\n"
		"  -v             print the type that was mounted\n"
		"  -s, -n         passed to the helper of a type\n"
		"  -t TYPE        ignored, as is SPEC\n"
		"  -h, --help     show this help\n"
		"  -V, --version  show the version\n",
	.error = EXIT_USAGE,
};

static void put_helper(FILE *file, const char *type, int r)
{
	(void)fprintf(file, "%s%s", type ? "mount." : "its helper", type ?: "");
	if (r > ATTEMPT_KILLED)
		(void)fprintf(file, " was killed by SIG%s",
			      sigabbrev_np(r - ATTEMPT_KILLED) ?: "RT");
	else
		(void)fprintf(file, " exited with %d", r);
}

/* On a remount the type is NULL. For a tag that no device has, virtiofs returns EINVAL, and 9p
 * ENOENT. */
static void put_reason(FILE *file, const char *type, int r)
{
	if (r > 0)
		put_helper(file, type, r);
	else if (r == -EINVAL && type && streq(type, "virtiofs"))
		(void)fputs("no such tag, or an option that it does not take", file);
	else if (r == -ENOENT && type && streq(type, "9p"))
		(void)fputs("no such tag", file);
	else if (r == -ENODEV)
		(void)fputs("not known to the kernel, and no module", file);
	else
		(void)fputs(strerror(-r), file);
}

/* Tries each type, and collects in failures why it failed. Returns the exit status. */
static int try_types(const struct request *request, const char *dir, FILE *failures)
{
	FOREACH_ITEM (item, length, request->types) {
		_cleanup_free_ char *type = strndup(item, length);
		int r;

		if (!type)
			return EXIT_SYSTEM;

		r = attempt_mount(request, type, dir, &arg_manner);
		if (r == 0) {
			if (arg_verbose)
				(void)printf("mount.fstag: '%s' mounted on '%s' as %s\n",
					     request->source, dir, type);
			return EXIT_SUCCESS;
		}

		(void)fprintf(failures, "%s%s: ", item == request->types ? "" : "; ", type);
		put_reason(failures, type, r);
	}

	return EXIT_MOUNT;
}

static int mount_source(const struct request *request, const char *dir)
{
	_cleanup_free_ char *text = NULL;
	FILE *failures;
	size_t size;
	int status;

	failures = open_memstream(&text, &size);
	if (!failures)
		return EXIT_SYSTEM;

	status = try_types(request, dir, failures);
	if (fclose(failures) != 0)
		return EXIT_SYSTEM;

	if (status != EXIT_SUCCESS)
		(void)fprintf(stderr, "mount.fstag: Cannot mount '%s' on '%s': %s\n",
			      request->source, dir, text);
	return status;
}

/* The type is that of the existing mount. */
static int remount(const struct request *request, const char *dir)
{
	int r = attempt_mount(request, NULL, dir, &arg_manner);

	if (r == 0)
		return EXIT_SUCCESS;

	(void)fprintf(stderr, "mount.fstag: Cannot remount '%s': ", dir);
	put_reason(stderr, NULL, r);
	(void)fputc('\n', stderr);
	return EXIT_MOUNT;
}

/* Checked first, because libmount would report this once per type. */
static bool can_enter_namespace(void)
{
	const char *path = arg_manner.namespace;
	int r;

	r = path ? attempt_namespace(path) : 0;
	if (r == 0)
		return true;

	(void)fprintf(stderr, "mount.fstag: Cannot enter '%s': %s\n", path,
		      r == -EINVAL ? "not a mount namespace" : strerror(-r));
	return false;
}

static int run(const char *dir)
{
	_cleanup_(request_done) struct request request = {};
	int r;

	if (geteuid() != 0) {
		(void)fputs("mount.fstag: must be superuser to mount\n", stderr);
		return EXIT_USAGE;
	}

	r = request_parse(&request, arg_options ?: "");
	if (r == 0 && !request.source)
		r = -EINVAL;
	if (r == 0 && !request_has(&request, "ro") && !request_has(&request, "rw"))
		r = request_read_parent(&request);
	if (r == -EINVAL) {
		(void)fprintf(
			stderr,
			"mount.fstag: '%s' contains no fstag=TYPE[+TYPE...]:SOURCE; see --help\n",
			arg_options ?: "");
		return EXIT_USAGE;
	}
	if (r < 0 || !can_enter_namespace())
		return EXIT_SYSTEM;

	return request_has(&request, "remount") ? remount(&request, dir)
						: mount_source(&request, dir);
}

int main(int argc, char *argv[])
{
	static const struct option long_options[] = {
		USAGE_OPTIONS,
	};
	int option;

	/* getopt_long() starts its messages with argv[0]. */
	if (argc > 0)
		argv[0] = (char *)usage.program;

	while ((option = getopt_long(argc, argv, "sfnvN:o:t:hV", long_options, NULL)) >= 0)
		switch (option) {
		case 's':
			arg_manner.sloppy = true;
			break;
		case 'f':
			arg_manner.fake = true;
			break;
		case 'n':
			arg_manner.no_mtab = true;
			break;
		case 'v':
			arg_verbose = true;
			break;
		case 'N':
			arg_manner.namespace = optarg;
			break;
		case 'o':
			if (mnt_optstr_append_option(&arg_options, optarg, NULL) < 0)
				return EXIT_SYSTEM;
			break;
		case 't':
			break;
		case 'h':
			return usage_print_help(&usage);
		case 'V':
			return usage_print_version(&usage);
		default:
			return usage_fail(&usage);
		}

	if (optind + 2 == argc)
		return run(argv[optind + 1]);

	(void)fputs("mount.fstag: not two arguments, SPEC and DIR\n", stderr);
	return usage_fail(&usage);
}
