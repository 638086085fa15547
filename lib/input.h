/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the programs read to determine what is wanted: the environment variables of systemd's
 * generators and the kernel command line. All paths are below $FSTAG_ROOT if that is set.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The prefix of every path that is read, $FSTAG_ROOT or "". */
const char *input_root(void);

/* Whether this is an initrd: $SYSTEMD_IN_INITRD, else whether /etc/initrd-release exists. */
bool input_is_initrd(void);

struct cmdline;

/* The texts of the command line. What was parsed points into them. */
struct input_text {
	char *text;
	char *file; /* of /etc/cmdline.d, or NULL for the kernel command line */
	size_t length;
};

struct input {
	struct input_text *texts;
	unsigned n_texts;
};

/* Reads the kernel command line: $SYSTEMD_PROC_CMDLINE, else cmdline below the open directory proc,
 * else, if that is negative, /proc/cmdline. Returns 0 or a negative errno. */
int input_read_kernel_cmdline(int proc, char **ret_text);

/*
 * Reads the .conf files of /etc/cmdline.d in the order of their names, then the kernel command
 * line, and parses each into cmdline. The caller must call input_done() in every case, after the
 * last use of cmdline.
 *
 * A file of /etc/cmdline.d that cannot be read is skipped with a warning. Returns 0, or a negative
 * errno if /proc/cmdline cannot be read or out of memory.
 */
int input_read_cmdline(struct input *input, int proc, struct cmdline *cmdline);

/* A parameter as messages name it, with its file if it is not on the kernel command line, where one
 * would look for it first. */
struct parameter {
	const char *name;
	const char *file; /* of /etc/cmdline.d, or NULL */
	bool is_part;	  /* only a part of the value is from the file */
};

/* Formats a parameter for printf(): "root=", "root= (/etc/cmdline.d/95root-dev.conf)". */
#define PARAMETER_FORMAT "%s=%s%s%s"
#define PARAMETER_ARGUMENTS(p)                                                                     \
	(p)->name, (p)->file ? (p)->is_part ? " (in part " : " (" : "", (p)->file ?: "",           \
		(p)->file ? ")" : ""

/* The parameter whose value points into the input. value may be NULL. */
struct parameter input_find_parameter(const struct input *input, const char *name,
				      const char *value);

void input_done(struct input *input);
