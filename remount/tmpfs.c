/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tmpfs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cleanup.h"
#include "options.h"
#include "text.h"

static int set_string(int context, const char *key, const char *value)
{
	return fsconfig(context, FSCONFIG_SET_STRING, key, value, 0) < 0 ? -errno : 0;
}

static int set_number(int context, const char *key, uint64_t number)
{
	char value[32];

	(void)snprintf(value, sizeof value, "%" PRIu64, number);
	return set_string(context, key, value);
}

/* The kernel's parser has an option, a writable text, one way or the other. */
static int set_option(int context, char *option)
{
	char *value = strchr(option, '=');
	int r;

	/* What says nothing, as in the options of any file system. */
	if (streq(option, "rw") || streq(option, "defaults"))
		return 0;
	/* Nothing could be put into it; and the root's owner is that of the initramfs. */
	if (streq(option, "ro") || after_prefix(option, "uid=") || after_prefix(option, "gid="))
		return -EINVAL;
	if (!value)
		return fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0) < 0 ? -errno : 0;

	*value = 0;
	r = set_string(context, option, value + 1);
	*value = '=';
	return r;
}

/* The length of the first option. The nodes of mpol= have commas of their own, which stand before
 * a digit (shmem_next_opt() in the kernel's mm/shmem.c). */
static size_t option_length(const char *text)
{
	size_t length = strcspn(text, ",");

	while (after_prefix(text, "mpol=") && text[length] && text[length + 1] &&
	       strchr(DIGITS, text[length + 1]))
		length += 1 + strcspn(text + length + 1, ",");

	return length;
}

static int set_options(int context, const struct tmpfs_options *options, char **ret_problem)
{
	const char *next = options->text;

	while (next && *next) {
		size_t length = option_length(next);
		_cleanup_free_ char *option = strndup(next, length);
		int r = option ? 0 : -ENOMEM;

		if (r == 0 && length > 0)
			r = set_option(context, option);
		if (r < 0) {
			if (option &&
			    asprintf(ret_problem,
				     "%s=: '%s' is no option of a tmpfs that can be moved to",
				     options->parameter, option) < 0)
				*ret_problem = NULL;
			return r;
		}

		next += length + (next[length] == ',');
	}

	return 0;
}

bool tmpfs_has_option(const struct tmpfs_options *options, const char *name)
{
	return options->text && options_have(options->text, (option_names){ name });
}

static int set_limits(int context, const struct tmpfs_options *options,
		      const struct tree_size *contents)
{
	struct sysinfo info;
	uint64_t memory, page = (uint64_t)sysconf(_SC_PAGESIZE), rest;
	int r = 0;

	if (sysinfo(&info) < 0)
		return -errno;

	memory = (uint64_t)info.totalram * info.mem_unit;
	rest = memory > contents->bytes ? memory - contents->bytes : 0;
	if (!tmpfs_has_option(options, "size") && !tmpfs_has_option(options, "nr_blocks"))
		r = set_number(context, "size", contents->bytes + rest / 2);
	if (r == 0 && !tmpfs_has_option(options, "nr_inodes"))
		r = set_number(context, "nr_inodes", contents->names + memory / page / 2);
	return r;
}

int tmpfs_finish(int root, const struct tmpfs_options *options)
{
	_cleanup_close_ int context = -EBADF;
	_cleanup_free_ char *value = NULL;
	int r;

	r = options->text ? options_last_value(options->text, (option_names){ "huge" }, &value) : 0;
	if (r <= 0 || !value)
		return r < 0 ? r : 0;

	context = fspick(root, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
	if (context < 0)
		return -errno;

	r = set_string(context, "huge", value);
	if (r < 0)
		return r;

	return fsconfig(context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0 ? -errno : 0;
}

int tmpfs_make(const struct tmpfs_options *options, const struct tree_size *contents,
	       char **ret_problem)
{
	_cleanup_close_ int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int fd, r;

	*ret_problem = NULL;
	if (context < 0)
		return -errno;

	r = set_string(context, "source", TMPFS_SOURCE);
	if (r >= 0)
		r = set_limits(context, options, contents);
	if (r >= 0)
		r = set_options(context, options, ret_problem);
	if (r < 0)
		return r;
	/* A kernel without huge pages does not know the word. */
	(void)set_string(context, "huge", "never");
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;

	fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}
