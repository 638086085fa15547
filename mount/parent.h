/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct request;

/*
 * busybox' mount keeps ro, nosuid and whatever else is a flag of mount(2) to itself when it
 * executes a helper. It waits for the helper, so they can be read off its own command line: where
 * an argument there holds the same option fstag=, its options take the place of those at hand. Of
 * any other parent nothing is read.
 *
 * Returns 0 or -ENOMEM.
 */
int parent_read_options(struct request *request);
