/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdio.h>

struct plan_mount;

/*
 * Writes Wants= and After= for the modprobe@.service of each module that the types of the mount
 * need. It is a wish, since a module that is built in, or that the image lacks, is no reason to
 * give up. Returns 0 or -ENOMEM.
 */
int modules_put(FILE *file, const struct plan_mount *m);
