/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts.h"

#include <fcntl.h>
#include <libmount.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "text.h"

bool mount_is_on(struct libmnt_fs *mount, dev_t device)
{
	return mnt_fs_get_devno(mount) == device;
}

bool mount_is_rootfs(struct libmnt_fs *mount)
{
	return streq(mnt_fs_get_fstype(mount) ?: "", "rootfs");
}

static bool has_names(int tree, const char *path)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	/* Links lead to where they led when the tree was the root. */
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd = (int)syscall(SYS_openat2, tree, path, &how, sizeof how);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return false;

	do
		entry = readdir(dir);
	while (entry && (streq(entry->d_name, ".") || streq(entry->d_name, "..")));

	return entry;
}

/* The paths are as the kernel has them, with a backslash before each ":" of their own. */
static bool is_layer_in(int tree, const char *path)
{
	/* Relative to who knows what, or with characters that are written as others. */
	if (*path != '/' || strchr(path, '\\'))
		return true;

	return has_names(tree, path);
}

static bool has_layer_in(int tree, char *layers)
{
	char *layer;

	/* "::" separates data layers from others. */
	while ((layer = strsep(&layers, ":")))
		if (*layer && is_layer_in(tree, layer))
			return true;

	return false;
}

static bool is_among(const char *name, size_t length, const char *const names[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (item_is(name, length, names[i]))
			return true;

	return false;
}

/* An option that may name a layer of the tree. */
static bool names_layer_in(int tree, const char *name, size_t length, const char *value,
			   size_t size)
{
	static const char *const layers[] = { "lowerdir", "lowerdir+", "datadir+", "upperdir" };
	static const char *const flags[] = { "rw", "ro", "userxattr", "volatile" };
	_cleanup_free_ char *paths = NULL;

	/* The rest of a path that has a comma looks like an option that nobody knows. */
	if (!value)
		return !is_among(name, length, flags, ELEMENTSOF(flags));
	if (!is_among(name, length, layers, ELEMENTSOF(layers)))
		return false;

	paths = strndup(value, size);
	return !paths || has_layer_in(tree, paths);
}

bool mount_is_over(struct libmnt_fs *mount, int tree)
{
	const char *options = mnt_fs_get_fs_options(mount);
	size_t name_size, value_size;
	char *next, *name, *value;

	if (!streq(mnt_fs_get_fstype(mount) ?: "", "overlay"))
		return false;

	next = (char *)options;
	while (next && mnt_optstr_next_option(&next, &name, &name_size, &value, &value_size) == 0)
		if (names_layer_in(tree, name, name_size, value, value_size))
			return true;

	return !options;
}
