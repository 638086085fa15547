/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files and symbolic links that the generator makes: first collected in memory, then written in
 * one go, so that a refusal leaves no trace.
 */
#pragma once

#include <stddef.h>

enum output_kind { OUTPUT_FILE, OUTPUT_LINK };
enum output_state { OUTPUT_TO_DO, OUTPUT_MADE, OUTPUT_MADE_WITH_DIRECTORY };

struct output {
	char *path; /* below early-dir, with at most one directory */
	char *text; /* the whole file, or the target of the link */
	enum output_kind kind;
	enum output_state state; /* what has to be undone */
};

struct outputs {
	const char *program; /* which writes them, as the files say */
	struct output *items;
	size_t n;
};

/* Takes ownership of text, even on failure. Returns 0 or -ENOMEM. */
int outputs_add(struct outputs *outputs, enum output_kind kind, char *text, const char *path_format,
		...) __attribute__((format(printf, 4, 5)));

/*
 * Writes them all below the directory, which must exist. A link that already exists is not an
 * error. On any error, everything that was written is removed again, and *ret_path is the path at
 * which it failed (valid as long as outputs is).
 *
 * Returns 0 or a negative errno.
 */
int outputs_write(struct outputs *outputs, const char *directory, const char **ret_path);

void outputs_done(struct outputs *outputs);
