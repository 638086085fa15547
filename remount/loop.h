/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether a loop device may have its file in the file system whose root tree is, without what is
 * mounted on it; whoever has mounted the device, by whatever node, or has not. Where the file
 * cannot be found it may be there.
 *
 * Returns 1, 0 or a negative errno.
 */
int loop_has_file_in(int tree);
