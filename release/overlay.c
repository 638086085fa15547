/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "overlay.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "cleanup.h"
#include "empty.h"
#include "text.h"

static int open_directory(int initramfs, const char *path)
{
	/* Symbolic links are resolved as if the initramfs was still the root. */
	const struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};

	return (int)syscall(SYS_openat2, initramfs, path, &how, sizeof how);
}

/*
 * An empty lower layer does not matter, and more often it is only the mount point of the actual
 * layer: /sysroot with systemd.volatile=overlay. Any empty directory stays (empty.h). The two
 * layers that are written to are needed for later files.
 */
static bool is_layer_in(int initramfs, const char *path, bool is_written_to)
{
	_cleanup_close_ int directory = -EBADF;

	/* Relative to an unknown directory, or with characters that the kernel has replaced. */
	if (*path != '/' || strchr(path, '\\'))
		return true;

	directory = open_directory(initramfs, path);
	if (directory < 0)
		return errno != ENOENT && errno != ENOTDIR;

	return is_written_to || empty_has_names(directory) != 0;
}

static bool has_layer_in(int initramfs, char *layers)
{
	char *layer;

	/* "::" separates data layers from others. */
	while ((layer = strsep(&layers, ":")))
		if (*layer && is_layer_in(initramfs, layer, false))
			return true;

	return false;
}

/* An option as the kernel shows it: separators in it are replaced by other characters. Only
 * lowerdir= is a list; in the others a ":" belongs to the name. */
static bool names_layer_in(int initramfs, char *option)
{
	const char *key = strsep(&option, "=");

	if (!option)
		return false;
	if (streq(key, "lowerdir"))
		return has_layer_in(initramfs, option);
	if (streq(key, "lowerdir+") || streq(key, "datadir+"))
		return is_layer_in(initramfs, option, false);

	return (streq(key, "upperdir") || streq(key, "workdir")) &&
	       is_layer_in(initramfs, option, true);
}

int overlay_has_layer_in(const struct mount *mount, int initramfs)
{
	_cleanup_free_ char *options = NULL;
	char *cursor, *option;

	if (!streq(mount->type, "overlay"))
		return 0;

	cursor = options = strdup(mount->options);
	if (!options)
		return -ENOMEM;

	while ((option = strsep(&cursor, ",")))
		if (names_layer_in(initramfs, option))
			return 1;

	return 0;
}
