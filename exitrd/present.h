/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Copies what others have put into the folder (taken over) into the tree: folders, files and
 * symbolic links; sockets and the like are for whoever made them, who has them open.
 *
 * Returns 0, or -EBUSY where something is mounted in it, or another negative errno.
 */
int present_add(int tree, int folder);
