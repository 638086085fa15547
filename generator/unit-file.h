/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A unit file or a drop-in while it is written, in memory. */
#pragma once

#include <stdio.h>

struct outputs;

struct unit_file {
	FILE *file;
	char *text;
	size_t size;
};

/* Starts a unit file, with the line that says who wrote it. Returns 0 or -ENOMEM. */
int unit_file_open(struct unit_file *unit);

/* Writes "key=value", with % doubled, and $ too: PID 1 expands both in what it hands to mount(8).
 */
void unit_file_put(struct unit_file *unit, const char *key, const char *value);

/* Ends the file, and adds it to outputs as the path. Returns 0 or -ENOMEM. */
int unit_file_add(struct unit_file *unit, struct outputs *outputs, const char *path);

/* Drops a file that was not added. */
void unit_file_done(struct unit_file *unit);
