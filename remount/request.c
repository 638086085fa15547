/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include "text.h"

/* Without root=, types such as virtiofs mean that there is one; these two only choose the type of
 * the initramfs. */
static bool names_root(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!item_is(type, length, "ramfs") && !item_is(type, length, "tmpfs"))
			return true;

	return false;
}

/* An image that systemd takes for an initrd switches to a root, too. */
static bool has_root(const struct cmdline *cmdline)
{
	return cmdline->root.what || names_root(cmdline->root.fstype) || cmdline->roothash ||
	       input_is_initrd();
}

/* rootflags= belongs to the root that follows; if none does, to the initramfs, unless its type is
 * given, as in the kernel. */
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
	/* init= is for the root that follows; if none does, it is for this one. */
	request->init = request->has_root ? NULL : cmdline->system_init;
	request->mode_problem = remount_mode_parse(cmdline->remount, &request->mode);
	return 0;
}

void request_done(struct request *request)
{
	cmdline_done(&request->cmdline);
	input_done(&request->input);
}
