/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fstag refuses of a source, a type list and an option string. Each function returns NULL if
 * the text is acceptable, else the reason, which follows the name of the parameter in an error
 * message.
 */
#pragma once

#include <stdbool.h>

/* The longest tag of a virtiofs device (struct virtio_fs_config in linux/virtio_fs.h). */
#define VIRTIOFS_TAG_MAX 36

/* A text that cannot be the value of one line in a unit file: it has a control character, bytes
 * that are not UTF-8 (PID 1 ignores such lines), or a backslash at the end (it continues the line).
 */
const char *check_value(const char *text);

/*
 * A source that is passed to mount(8) and to PID 1. types are those that it will be tried with.
 *
 * Device nodes and LABEL= and the like are refused because both programs would wait for a block
 * device; in /dev only /dev/root is known not to be one (mount_add_device_dependencies() in
 * systemd's mount.c).
 */
const char *check_source(const char *source, const char *types);

/* Whether mount(8) and PID 1 take it for a block device. */
bool check_is_block_device(const char *source);

const char *check_types(const char *types);
