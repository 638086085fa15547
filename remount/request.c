/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include "text.h"

/* Without root=, types such as virtiofs say that there is one; these two only say which one of them
 * the initramfs is to be. */
static bool names_root(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!item_is(type, length, "ramfs") && !item_is(type, length, "tmpfs"))
			return true;

	return false;
}

/* What makes systemd take the image for one that looks for a root counts, too. */
static bool has_root(const struct cmdline *cmdline)
{
	return cmdline->root.what || names_root(cmdline->root.fstype) || cmdline->roothash ||
	       is_initrd();
}

/* rootflags= belongs to the root that is to come; where none is, to the initramfs, unless its type
 * is named, as in the kernel. */
static struct tmpfs_options find_options(const struct request *request)
{
	const struct cmdline *cmdline = &request->cmdline;

	if (cmdline->remountflags)
		return (struct tmpfs_options){ cmdline->remountflags, "fstag.remountflags" };
	if (cmdline->initramfs_options)
		return (struct tmpfs_options){ cmdline->initramfs_options, "initramfs_options" };
	if (!request->has_root && !cmdline->root.fstype)
		return (struct tmpfs_options){ cmdline->root.flags, "rootflags" };

	return (struct tmpfs_options){ NULL, "fstag.remountflags" };
}

int request_read(struct request *request, int proc, enum remount_mode default_mode)
{
	struct cmdline *cmdline = &request->cmdline;
	int r;

	*request = (struct request){ .mode = default_mode, .cmdline = CMDLINE_INIT };
	r = input_read_cmdline(&request->input, proc, cmdline);
	if (r < 0)
		return r;

	request->has_root = has_root(cmdline);
	request->options = find_options(request);
	/* init= is for the root that comes; where none does, it is for this one. */
	request->init = request->has_root ? NULL : cmdline->system_init;
	request->mode_problem = remount_mode_parse(cmdline->remount, &request->mode);
	return 0;
}

void request_done(struct request *request)
{
	cmdline_done(&request->cmdline);
	input_done(&request->input);
}
