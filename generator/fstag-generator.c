/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-generator: translates root=fstag:<source> and the like into mount units.
 *
 * PID 1 runs it in the initrd before it loads any unit, in parallel with all other generators, and
 * again at each daemon-reload. Only the API file systems are mounted then. It reads the kernel
 * command line, checks in sysfs whether the source is available, and writes into early-dir; it
 * mounts, loads and waits for nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cmdline.h"
#include "hints.h"
#include "input.h"
#include "log.h"
#include "output.h"
#include "plan.h"
#include "planner.h"
#include "refusal.h"
#include "services.h"
#include "units.h"
#include "usage.h"

static int make_units(struct outputs *outputs, const struct plan *plan)
{
	int r;

	if (plan->refusal)
		return refusal_add(outputs, plan);

	r = units_add(outputs, plan);
	return r < 0 ? r : services_add(outputs, plan);
}

static int write_units(const struct plan *plan, const char *early_dir)
{
	_cleanup_(outputs_done) struct outputs outputs = { .program = "fstag-generator" };
	const char *path;
	int r;

	r = make_units(&outputs, plan);
	if (r < 0)
		return log_error_errno(r, "Failed to create the units");
	if (outputs.n == 0)
		return 0;

	r = outputs_write(&outputs, early_dir, &path);
	return r < 0 ? log_error_errno(r, "Failed to write '%s'", path) : 0;
}

static int generate(const char *early_dir)
{
	_cleanup_(input_done) struct input input = {};
	_cleanup_(cmdline_done) struct cmdline cmdline = CMDLINE_INIT;
	_cleanup_(plan_done) struct plan plan = {};
	int r, k;

	r = input_read_cmdline(&input, -1, &cmdline);
	hints_log_strays(&cmdline);
	if (r < 0)
		return log_error_errno(r, "Failed to read the kernel command line");

	r = plan_make(&plan, &cmdline, &input, early_dir);
	if (plan.refusal)
		log_error("Refusing %s", plan.refusal);
	else if (r < 0)
		return log_error_errno(r, "Failed to parse the kernel command line");

	k = write_units(&plan, early_dir);
	return r < 0 ? r : k;
}

int main(int argc, char *argv[])
{
	static const struct usage usage = {
		.program = "fstag-generator",
		.text = "Usage: fstag-generator NORMAL-DIR EARLY-DIR LATE-DIR\n\n"
			"Translate root=fstag:SOURCE on the kernel command line into mount "
			"units.\n\n"
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
	if (!input_is_initrd())
		return EXIT_SUCCESS;

	return generate(argv[optind + 1]) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
