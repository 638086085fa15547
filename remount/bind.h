/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A second mount of the file system on `/`, detached, without what is mounted below: attached over
 * `/` it is a root that has a parent, which is all that pivot_root(2) wants.
 *
 * Returns its descriptor or a negative errno; closing one that was not attached undoes all.
 */
int bind_root_open(void);
