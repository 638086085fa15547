/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct source;

/*
 * Makes the mounts that require this service try the one type for which the source is there,
 * where mount(8) would not get as far in the list: since util-linux 2.39 it stops at any error
 * but EINVAL and ENODEV (is_termination_status() in libmount's context_mount.c), and 9p says ENOENT
 * for a tag that is none of its own; and with a list it resolves a source that is the path of a
 * symbolic link.
 *
 * It writes a drop-in to /run/systemd/system and has PID 1 reload. In all other cases, which are
 * nearly all, it does nothing.
 *
 * Returns 0 or a negative errno.
 */
int narrow_mounts(const struct source *source, const char *type);
