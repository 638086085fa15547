/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tmpfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
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
	if (!tmpfs_options_have(options, "size") && !tmpfs_options_have(options, "nr_blocks"))
		r = set_number(context, "size", contents->bytes + rest / 2);
	if (r == 0 && !tmpfs_options_have(options, "nr_inodes"))
		r = set_number(context, "nr_inodes", contents->names + memory / page / 2);
	return r;
}

static int set_huge(int root, const char *value)
{
	_cleanup_close_ int context = fspick(root, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
	int r;

	if (context < 0)
		return -errno;

	r = set_string(context, "huge", value);
	if (r < 0)
		return r;

	return fsconfig(context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0 ? -errno : 0;
}

static int allow_huge(int root, const struct tmpfs_options *options, const char *otherwise)
{
	_cleanup_free_ char *value = NULL;
	int r;

	r = options->text ? options_last_value(options->text, (option_names){ "huge" }, &value) : 0;
	if (r < 0)
		return r;
	if (value)
		return set_huge(root, value);

	/* As in the kernel, an unknown word is ignored. */
	if (r == 0 && otherwise)
		(void)set_huge(root, otherwise);
	return 0;
}

/* The attributes of the mount, which are not options of the file system. */
static int set_attributes(int dir, const char *path, const struct tmpfs_options *options)
{
	struct mount_attr attributes;
	int r;

	r = tmpfs_options_get_attributes(options, &attributes);
	if (r < 0 || (!attributes.attr_set && !attributes.attr_clr))
		return r;

	return mount_setattr(dir, path, AT_EMPTY_PATH, &attributes, sizeof attributes) < 0 ? -errno
											   : 0;
}

int tmpfs_finish(int root, const struct tmpfs_options *options, const char *huge)
{
	int r = allow_huge(root, options, huge);

	return r < 0 ? r : set_attributes(root, "", options);
}

/* Adds the kernel's reason for a refusal, without the level and the type, which is rootfs or tmpfs:
 * "e rootfs: Too small a size for current use". */
static int refuse(int r, int context, const struct tmpfs_options *options, char **ret_problem)
{
	char line[256];
	ssize_t n = read(context, line, sizeof line - 1);
	const char *reason;

	line[n > 0 ? n : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	reason = after_prefix(line, "e ") ? strstr(line, ": ") : NULL;
	if (asprintf(ret_problem, "%s=%s cannot be set on this initramfs%s%s%s", options->parameter,
		     options->text, reason ? " (" : "", reason ? reason + strlen(": ") : "",
		     reason ? ")" : "") < 0)
		*ret_problem = NULL;
	return r;
}

static int reconfigure(const struct tmpfs_options *options, char **ret_problem)
{
	_cleanup_close_ int context = fspick(AT_FDCWD, "/", FSPICK_CLOEXEC);
	int r;

	if (context < 0)
		return refuse(-errno, context, options, ret_problem);

	r = tmpfs_options_set(options, context, ret_problem);
	if (r < 0)
		return r;

	/* The kernel applies all of them or none (shmem_reconfigure() in mm/shmem.c). */
	if (fsconfig(context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0)
		return refuse(-errno, context, options, ret_problem);

	return 0;
}

/* The only option that the kernel reads only when it creates a tmpfs. */
static int set_mode(const struct tmpfs_options *options)
{
	_cleanup_free_ char *value = NULL;
	int r;

	r = options_last_value(options->text, (option_names){ "mode" }, &value);
	if (r < 0 || !value)
		return r < 0 ? r : 0;

	return chmod("/", (mode_t)strtoul(value, NULL, 8) & 07777) < 0 ? -errno : 0;
}

bool tmpfs_is_needed(const struct tmpfs_options *options)
{
	struct statfs fs;

	return tmpfs_options_are_of_tmpfs(options) && statfs("/", &fs) == 0 &&
	       fs.f_type == RAMFS_MAGIC;
}

int tmpfs_reconfigure_root(const struct tmpfs_options *options, char **ret_problem)
{
	int r = 0;

	*ret_problem = NULL;
	if (!options->text)
		return 0;
	if (tmpfs_is_needed(options)) {
		if (asprintf(ret_problem,
			     "%s= needs a tmpfs, but the initramfs is a ramfs; use "
			     "fstag.remount=tmpfs",
			     options->parameter) < 0)
			*ret_problem = NULL;
		return -EOPNOTSUPP;
	}
	if (tmpfs_options_are_of_tmpfs(options))
		r = reconfigure(options, ret_problem);
	if (r >= 0)
		r = set_mode(options);
	if (r >= 0)
		r = set_attributes(AT_FDCWD, "/", options);
	return r;
}

int tmpfs_make(const struct tmpfs_options *options, const struct tree_size *contents,
	       char **ret_problem)
{
	_cleanup_close_ int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int r;

	*ret_problem = NULL;
	if (context < 0)
		return -errno;

	r = set_string(context, "source", TMPFS_SOURCE);
	if (r >= 0)
		r = set_limits(context, options, contents);
	if (r >= 0)
		r = tmpfs_options_set(options, context, ret_problem);
	if (r < 0)
		return r;
	/* A kernel without huge pages does not know the option. */
	(void)set_string(context, "huge", "never");
	return detached_create(context, 0);
}
