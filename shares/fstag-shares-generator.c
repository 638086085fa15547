/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-shares-generator: makes the virtiofs and 9p mounts of the fstabs, systemd.mount-extra= and
 * the credentials wait for their source.
 *
 * PID 1 runs it in the initrd and in the running system before it loads any unit, in parallel with
 * systemd-fstab-generator, and again at each daemon-reload: in the initrd also once the root with
 * its /etc/fstab is mounted. It writes drop-ins for the mount units that systemd-fstab-generator
 * makes at the same time, into normal-dir; without such a mount, it writes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cmdline.h"
#include "drop-ins.h"
#include "entries.h"
#include "input.h"
#include "log.h"
#include "output.h"
#include "place.h"
#include "shares.h"
#include "sources.h"
#include "text.h"
#include "usage.h"

static int write_drop_ins(const struct shares *shares, const char *normal_dir)
{
	_cleanup_(outputs_done) struct outputs outputs = { .program = "fstag-shares-generator" };
	const char *path;
	int r;

	r = drop_ins_add(&outputs, shares);
	if (r < 0)
		return log_error_errno(r, "Failed to create the drop-ins");

	r = outputs_write(&outputs, normal_dir, &path);
	return r < 0 ? log_error_errno(r, "Failed to write '%s'", path) : 0;
}

static int plan_and_write(struct entries *entries, bool is_initrd, const char *normal_dir)
{
	_cleanup_(input_done) struct input input = {};
	_cleanup_(cmdline_done) struct cmdline cmdline = CMDLINE_INIT;
	_cleanup_(shares_done) struct shares shares = {};
	int r;

	r = input_read_cmdline(&input, -1, &cmdline);
	if (r < 0)
		return log_error_errno(r, "Failed to read the kernel command line");

	r = place_entries(entries, &cmdline, is_initrd);
	if (r == 0)
		r = shares_plan(&shares, entries, &cmdline, &input, is_initrd);
	if (r < 0)
		return log_error_errno(r, "Failed to plan the mounts");

	return write_drop_ins(&shares, normal_dir);
}

static int generate(const char *normal_dir)
{
	_cleanup_(entries_done) struct entries entries = {};
	bool is_initrd = input_is_initrd();
	int r;

	r = sources_read(is_initrd, &entries);
	if (r < 0)
		return log_error_errno(r, "Failed to read the mounts");

	return entries_have_share(&entries) ? plan_and_write(&entries, is_initrd, normal_dir) : 0;
}

/* A container has no devices: systemd-fstab-generator ignores those of its fstab. */
static bool is_container(void)
{
	const char *virtualization = getenv("SYSTEMD_VIRTUALIZATION");

	return virtualization && after_prefix(virtualization, "container:");
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-shares-generator",
		.text = "Usage: fstag-shares-generator NORMAL-DIR EARLY-DIR LATE-DIR\n\n"
			"Make the virtiofs and 9p mounts of /etc/fstab wait for their source.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.min_arguments = 3,
		.max_arguments = 3,
		.error = EXIT_FAILURE,
	};
	int status;

	if (usage_parse(&usage, argc, argv, &status) < 0)
		return status;

	log_setup("fstag-shares-generator");
	if (is_container())
		return EXIT_SUCCESS;

	return generate(argv[optind]) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
