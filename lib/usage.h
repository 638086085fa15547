/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every program handles before it does anything else: --help, --version and invalid arguments,
 * with the wording of util-linux.
 */
#pragma once

#include <getopt.h>

struct usage {
	const char *program;		  /* its name in messages, whatever argv[0] says */
	const char *text;		  /* what --help prints */
	const struct option *options;	  /* ends with USAGE_OPTIONS; NULL if there are no others */
	int min_arguments, max_arguments; /* after the options; none if there is an option */
	int error; /* the exit status of a usage error, and if the help cannot be written */
};

#define USAGE_OPTIONS                                                                              \
	{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },                 \
	{                                                                                          \
	}

/*
 * Reads the options, which precede the arguments. Returns the letter of the last one, or 0 if there
 * is none; optarg is its argument, and optind that of getopt_long(3).
 *
 * Returns -1 if the program has nothing more to do: *ret_status is then its exit status, and
 * everything has been written to standard output or error.
 */
int usage_parse(const struct usage *usage, int argc, char *argv[], int *ret_status);

/* The parts of usage_parse(), for a program that is called with the options of another one. Each
 * returns an exit status; call the last one after a line that says what is wrong. */
int usage_print_help(const struct usage *usage);
int usage_print_version(const struct usage *usage);
int usage_fail(const struct usage *usage);
