/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mounts that are attached nowhere and are therefore visible only through the file descriptor of
 * their root. Each function returns that or a negative errno; closing it drops the mount, unless it
 * was attached.
 */
#pragma once

struct mount_attr;

/* A file system that needs no device, without options. */
int detached_mount(const char *type);

/* The file system that a context of fsopen(2) describes; attributes are those of fsmount(2). */
int detached_create(int context, unsigned attributes);

/*
 * A second mount of the file system on `/`, without what is mounted on it; with the attributes, or,
 * if they are NULL, with those of the first. Attached over `/` it is a root that has a parent,
 * which is all that pivot_root(2) requires.
 */
int detached_clone_root(struct mount_attr *attributes);
