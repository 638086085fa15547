/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fstag refuses of a source, a type list and an option string. Each function returns NULL
 * where there is nothing to say against the text, else the reason, to stand behind the name of
 * the parameter in an error message.
 */
#pragma once

#include <stdbool.h>

/* The longest tag of a virtiofs device (struct virtio_fs_config in linux/virtio_fs.h). */
#define VIRTIOFS_TAG_MAX 36

/* A text that could not stand as the value of one line in a unit file: a control character, bytes
 * that are no UTF-8 (PID 1 ignores such lines), a backslash at the end (it continues the line). */
const char *check_value(const char *text);

/*
 * A source that is handed to mount(8) and to PID 1. types are those that it will be tried with.
 *
 * Device nodes and LABEL= and the like are refused since both of them wait for a block device
 * then; of /dev only /dev/root is known to be none (mount_add_device_dependencies() in systemd's
 * mount.c).
 */
const char *check_source(const char *source, const char *types);

/* Whether mount(8) and PID 1 take it for a block device. */
bool check_is_block_device(const char *source);

const char *check_types(const char *types);
