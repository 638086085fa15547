/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

struct cmdline;
struct input;
struct plan;

/*
 * Determines which of root= and mount.usr= fstag handles, in any of their spellings, and which
 * source and types they name: sets ours, source and types of both mounts, and usr_requested.
 */
void spellings_resolve(struct plan *plan, const struct cmdline *cmdline, const struct input *input);

/* Whether each type of the list is virtiofs or 9p, so that any source is a tag. */
bool spellings_are_tag_types(const char *types);
