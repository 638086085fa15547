/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every program answers before it does anything: --help, --version, and arguments that are
 * not its own, in the words of util-linux.
 */
#pragma once

#include <getopt.h>

struct usage {
	const char *program;	      /* its name in messages, whatever argv[0] says */
	const char *text;	      /* what --help prints */
	const struct option *options; /* ends with USAGE_OPTIONS; NULL where there are no others */
	int min_arguments, max_arguments; /* behind the options; none go with an option */
	int error; /* the exit status of a usage error, and where the help cannot be written */
};

#define USAGE_OPTIONS                                                                              \
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },                 \
	{                                                                                          \
	}

/*
 * Reads the options, which stand before the arguments. Returns the letter of the last one, or 0
 * where there is none; optarg is its argument, and optind that of getopt_long(3).
 *
 * Returns -1 where the program has nothing more to do: *ret_status then is its exit status, and
 * all that is to be said was written to standard output or error.
 */
int usage_parse(const struct usage *usage, int argc, char *argv[], int *ret_status);

/* What it is made of, for a program whose options are those that another one hands to it. Each
 * returns an exit status; the last one stands behind a line that says what is wrong. */
int usage_print_help(const struct usage *usage);
int usage_print_version(const struct usage *usage);
int usage_fail(const struct usage *usage);
