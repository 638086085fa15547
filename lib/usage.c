/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "usage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lost output, for example on a full disk, is a failure, with the wording of coreutils. */
static int print_status(const struct usage *usage, int n)
{
	if (n >= 0 && fflush(stdout) == 0)
		return EXIT_SUCCESS;

	(void)fprintf(stderr, "%s: write error: %s\n", usage->program, strerror(errno));
	return usage->error;
}

int usage_print_help(const struct usage *usage)
{
	return print_status(usage, fputs(usage->text, stdout));
}

int usage_print_version(const struct usage *usage)
{
	return print_status(usage, printf("%s %s\n", usage->program, VERSION));
}

int usage_fail(const struct usage *usage)
{
	(void)fprintf(stderr, "Try '%s --help' for more information.\n", usage->program);
	return usage->error;
}

static int check_arguments(const struct usage *usage, int letter, int argc, char *argv[])
{
	int n = argc - optind, max = letter ? 0 : usage->max_arguments;

	if (!letter && n < usage->min_arguments)
		(void)fprintf(stderr, "%s: missing argument\n", usage->program);
	else if (n > max)
		(void)fprintf(stderr, "%s: unexpected argument '%s'\n", usage->program,
			      argv[optind + max]);
	else
		return EXIT_SUCCESS;

	return usage_fail(usage);
}

int usage_parse(const struct usage *usage, int argc, char *argv[], int *ret_status)
{
	static const struct option options[] = { USAGE_OPTIONS };
	char *argument = NULL;
	int letter = 0, option;

	/* getopt_long() starts its messages with argv[0]. */
	if (argc > 0)
		argv[0] = (char *)usage->program;

	while ((option = getopt_long(argc, argv, "+hV", usage->options ?: options, NULL)) != -1)
		switch (option) {
		case 'h':
			*ret_status = usage_print_help(usage);
			return -1;
		case 'V':
			*ret_status = usage_print_version(usage);
			return -1;
		case '?':
			*ret_status = usage_fail(usage);
			return -1;
		default:
			letter = option;
			argument = optarg;
		}
	/* getopt_long() cleared it in the call that found no more options. */
	optarg = argument;

	*ret_status = check_arguments(usage, letter, argc, argv);
	return *ret_status == EXIT_SUCCESS ? letter : -1;
}
