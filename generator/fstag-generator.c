/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-generator: turns root=fstag:<source> and its like into mount units.
 *
 * PID 1 runs it in the initrd before it loads any unit, beside all other generators, and again at
 * each daemon-reload. Nothing but the API file systems is mounted then. It reads the kernel
 * command line, and in sysfs whether the source is there, and writes into early-dir; it mounts,
 * loads and waits for nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cmdline.h"
#include "hints.h"
#include "input.h"
#include "log.h"
#include "output.h"
#include "plan.h"
#include "refusal.h"
#include "services.h"
#include "there.h"
#include "unit-path.h"
#include "units.h"
#include "usage.h"

/* Also tells that fstag leaves a mount of its own alone. */
static bool is_foreign(const char *early_dir, const char *unit, const struct plan_mount *m)
{
	const char *directory = unit_path_find(early_dir, unit);

	if (directory && m->ours)
		log_info("Leaving %s to the one in '%s'", unit, directory);
	return directory;
}

static struct foreign_units find_foreign_units(const struct plan *plan, const char *early_dir)
{
	const struct plan_mount *usr = &plan->usr;

	return (struct foreign_units){
		.sysroot = is_foreign(early_dir, "sysroot.mount", &plan->root),
		.sysusr_usr = usr->ours && is_foreign(early_dir, "sysusr-usr.mount", usr),
		.sysroot_usr = usr->ours && is_foreign(early_dir, "sysroot-usr.mount", usr),
	};
}

static int write_outputs(struct outputs *outputs, const char *early_dir)
{
	const char *path;
	int r = outputs_write(outputs, early_dir, &path);

	return r < 0 ? log_error_errno(r, "Failed to write '%s'", path) : 0;
}

static int write_refusal(const struct plan *plan, const struct foreign_units *foreign,
			 const char *early_dir)
{
	_cleanup_(outputs_done) struct outputs outputs = {};
	int r;

	log_error("Refusing %s", plan->refusal);
	r = refusal_add_units(&outputs, plan, foreign);
	if (r < 0)
		return log_error_errno(r, "Failed to make the units of the refusal");

	r = write_outputs(&outputs, early_dir);
	return r < 0 ? r : -EINVAL;
}

static int write_plan(struct plan *plan, const char *early_dir)
{
	_cleanup_(outputs_done) struct outputs outputs = {};
	struct foreign_units foreign = {};
	int r = 0;

	if (plan->root.ours || plan->usr.ours || plan->refusal)
		foreign = find_foreign_units(plan, early_dir);
	if (!plan->refusal)
		r = there_look(plan);
	if (r == 0 && !plan->refusal)
		r = units_for_plan(&outputs, plan, &foreign);
	if (plan->refusal)
		return write_refusal(plan, &foreign, early_dir);
	if (r == 0)
		r = services_add(&outputs, plan, early_dir);
	if (r < 0)
		return log_error_errno(r, "Failed to make the units");

	return outputs.n > 0 ? write_outputs(&outputs, early_dir) : 0;
}

static int generate(const char *early_dir)
{
	_cleanup_(input_done) struct input input = {};
	_cleanup_(cmdline_done) struct cmdline cmdline = CMDLINE_INIT;
	_cleanup_(plan_done) struct plan plan = {};
	int r;

	r = input_read_cmdline(&input, -1, &cmdline);
	hints_log_strays(&cmdline);
	if (r < 0)
		return log_error_errno(r, "Failed to read the kernel command line");

	r = plan_make(&plan, &cmdline, &input);
	if (r < 0 && !plan.refusal)
		return log_error_errno(r, "Failed to understand the kernel command line");

	return write_plan(&plan, early_dir);
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-generator",
		.text = "Usage: fstag-generator NORMAL-DIR EARLY-DIR LATE-DIR\n\n"
			"Turn root=fstag:SOURCE on the kernel command line into mount units.\n\n"
			"  -h, --help     show this help\n"
			"  -V, --version  show the version\n",
		.min_arguments = 3,
		.max_arguments = 3,
		.error = EXIT_FAILURE,
	};
	int status;

	if (usage_parse(&usage, argc, argv, &status) < 0)
		return status;

	log_setup("fstag-generator");
	if (!is_initrd())
		return EXIT_SUCCESS;

	return generate(argv[optind + 1]) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
