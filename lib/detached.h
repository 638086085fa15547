/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Mounts a file system that needs no device, without options, where nobody sees it but by what is
 * returned: its open root, or a negative errno. */
int detached_mount(const char *type);
