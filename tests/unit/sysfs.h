/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A private /sys for a test, made from a list of files. */
#pragma once

/* Enters a mount namespace whose /sys is empty; if that is not permitted, the test is skipped. */
void sysfs_enter(void);

/*
 * Makes /sys what the list says. Each of its lines is one of
 *
 *     PATH = CONTENT      with \n, \0, \\ and \xHH for what a line cannot hold
 *     PATH -> TARGET      a symbolic link
 *     PATH/               a directory
 *
 * or empty, or a comment that starts with #. Parents are made on the way.
 */
void sysfs_make(const char *directory, const char *list);
