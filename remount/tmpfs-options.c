/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tmpfs-options.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "options.h"
#include "text.h"

/* The mount options of mount(8), except for noexec and nosymfollow: with these, no init on the root
 * could be executed, or found. */
static const struct {
	const char *name;
	uint64_t set, clear;
} attributes[] = {
	{ "nosuid", MOUNT_ATTR_NOSUID, 0 },
	{ "suid", 0, MOUNT_ATTR_NOSUID },
	{ "nodev", MOUNT_ATTR_NODEV, 0 },
	{ "dev", 0, MOUNT_ATTR_NODEV },
	{ "exec", 0, MOUNT_ATTR_NOEXEC },
	{ "noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME },
	{ "relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	/* The kernel's default is relatime. */
	{ "atime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "nostrictatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "norelatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
	{ "diratime", 0, MOUNT_ATTR_NODIRATIME },
};

/* Adds it if it is an option of the mount; returns whether it is. */
static bool add_attribute(struct mount_attr *attr, const char *option)
{
	for (size_t i = 0; i < ELEMENTSOF(attributes); i++)
		if (streq(option, attributes[i].name)) {
			attr->attr_clr |= attributes[i].clear;
			attr->attr_set &= ~attributes[i].clear;
			attr->attr_set |= attributes[i].set;
			return true;
		}

	return false;
}

/* Options that affect neither a file system nor its mount, valid for all types. */
static bool says_nothing(const char *option)
{
	return streq(option, "rw") || streq(option, "defaults") || after_prefix(option, "x-");
}

/* Passes an option, a writable text, to the kernel's parser in the form that it takes. */
static int set_option(int context, char *option)
{
	char *value = strchr(option, '=');
	int r;

	/* With ro the tmpfs could not be filled; the owner of the root is that of the initramfs;
	 * and fstag recognises its tmpfs by the source, which the kernel accepts but does not
	 * change. */
	if (streq(option, "ro") || after_prefix(option, "uid=") || after_prefix(option, "gid=") ||
	    after_prefix(option, "source="))
		return -EINVAL;
	if (!value)
		return fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0) < 0 ? -errno : 0;

	*value = 0;
	r = fsconfig(context, FSCONFIG_SET_STRING, option, value + 1, 0) < 0 ? -errno : 0;
	*value = '=';
	return r;
}

/* The length of the first option. The nodes of mpol= contain commas, each followed by a digit
 * (shmem_next_opt() in the kernel's mm/shmem.c). */
static size_t option_length(const char *text)
{
	size_t length = strcspn(text, ",");

	while (after_prefix(text, "mpol=") && text[length] && text[length + 1] &&
	       strchr(DIGITS, text[length + 1]))
		length += 1 + strcspn(text + length + 1, ",");

	return length;
}

/* The next option that is not empty. 1, 0 at the end, or -ENOMEM. */
static int next_option(const char **cursor, char **ret_option)
{
	const char *start = *cursor + strspn(*cursor, ",");
	size_t length = option_length(start);

	*cursor = start + length;
	if (length == 0)
		return 0;

	*ret_option = strndup(start, length);
	return *ret_option ? 1 : -ENOMEM;
}

/* Whether it is an option of the file system. */
static bool is_of_tmpfs(const char *option)
{
	struct mount_attr unused = {};

	return !says_nothing(option) && !add_attribute(&unused, option);
}

int tmpfs_options_set(const struct tmpfs_options *options, int context, char **ret_problem)
{
	const char *cursor = options->text ?: "";
	int r;

	*ret_problem = NULL;
	for (;;) {
		_cleanup_free_ char *option = NULL;

		r = next_option(&cursor, &option);
		if (r > 0 && is_of_tmpfs(option))
			r = set_option(context, option) ?: 1;
		if (r < 0 && option &&
		    asprintf(ret_problem,
			     "%s=: '%s' is not a valid option for a tmpfs used as root",
			     options->parameter, option) < 0)
			*ret_problem = NULL;
		if (r <= 0)
			return r;
	}
}

bool tmpfs_options_are_of_tmpfs(const struct tmpfs_options *options)
{
	const char *cursor = options->text ?: "";

	for (;;) {
		_cleanup_free_ char *option = NULL;
		int r = next_option(&cursor, &option);

		/* If out of memory, assume that there are some, to be safe: they cause an error
		 * message. */
		if (r <= 0 || is_of_tmpfs(option))
			return r != 0;
	}
}

int tmpfs_options_get_attributes(const struct tmpfs_options *options,
				 struct mount_attr *ret_attributes)
{
	const char *cursor = options->text ?: "";
	int r;

	*ret_attributes = (struct mount_attr){};
	do {
		_cleanup_free_ char *option = NULL;

		r = next_option(&cursor, &option);
		if (r > 0)
			(void)add_attribute(ret_attributes, option);
	} while (r > 0);

	return r;
}

bool tmpfs_options_have(const struct tmpfs_options *options, const char *name)
{
	return options->text && options_have(options->text, (option_names){ name });
}

char *tmpfs_options_tell(const struct tmpfs_options *options, bool are_set)
{
	char *told;

	if (!options->text || !*options->text)
		return NULL;

	return asprintf(&told, ", %s %s=%s", are_set ? "with" : "without", options->parameter,
			options->text) < 0
		       ? NULL
		       : told;
}
