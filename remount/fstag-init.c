/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-init: gives the initramfs a separate mount, then executes the real init.
 *
 * The kernel, or an image's own /init, executes it as PID 1, before anything else runs; possibly
 * nothing is mounted and no descriptor is open. When the real init starts, it is PID 1 with the
 * arguments and the environment that the kernel gave, and its root is a mount that pivot_root(2)
 * accepts. If anything fails, the initramfs is as before, and the real init starts from it. Static,
 * because it moves the libraries, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "detached.h"
#include "early.h"
#include "log.h"
#include "proc.h"
#include "real-init.h"
#include "text.h"
#include "usage.h"

/* The node of /dev/kmsg on a detached tmpfs: there may be no /dev yet. */
static int make_kmsg(void)
{
	_cleanup_close_ int fs = detached_mount("tmpfs");

	if (fs < 0 || mknodat(fs, "kmsg", S_IFCHR | 0600, makedev(1, 11)) < 0)
		return -errno;

	return openat(fs, "kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static void open_log(void)
{
	log_setup("fstag-init");
	if (log_to_kmsg() < 0)
		log_to_open_kmsg(make_kmsg());
}

/* Does not return if one of them can be executed. */
static void execute(const struct real_init *init, char *argv[])
{
	int r;

	for (size_t i = 0; i < init->n; i++) {
		r = real_init_execute(init, i, argv);
		/* Most of the candidates are expected to be missing; one that exists may lack its
		 * interpreter. */
		if (i < init->n_named || access(init->paths[i], F_OK) == 0)
			(void)log_error_errno(r, "Failed to execute '%s'", init->paths[i]);
	}
}

/* Returns 0, or, if nothing can be decided, a negative errno, which was logged. */
static int read_request(struct early *early)
{
	int r, k;

	r = early->proc = proc_open();
	if (r < 0)
		(void)log_error_errno(r, "Failed to open /proc, leaving the initramfs alone");

	k = request_read(&early->request, early->proc, REMOUNT_AUTO);
	if (early->request.mode_problem)
		log_warning("fstag.remount='%s' %s, ignoring", early->request.cmdline.remount,
			    early->request.mode_problem);
	if (k < 0 && r >= 0)
		r = log_error_errno(k, "Failed to read the kernel command line, leaving the "
				       "initramfs alone");

	return r < 0 ? r : 0;
}

/*
 * The kernel passes arguments of any form, meant for the real init: those that it does not know,
 * and everything after "--". Any other caller can name the next program by its path; any other
 * argument is passed on, because it may be one of the kernel's.
 */
static const char *find_program(const struct real_init *init, char *argv[])
{
	return !init->is_first && argv[1] && argv[1][0] == '/' ? argv[1] : NULL;
}

static const struct usage usage = {
	.program = "fstag-init",
	.text = "Usage: fstag-init [PROGRAM [ARGUMENT...]]\n\n"
		"As PID 1, give the initramfs a separate mount if it needs one, then\n"
		"execute PROGRAM, the path of an init; see fstag-init(8).\n\n"
		"  -h, --help     show this help\n"
		"  -V, --version  show the version\n",
	.max_arguments = INT_MAX,
	.error = EXIT_FAILURE,
};

/* As PID 1 it ignores any other argument: it may be one of the kernel's. */
static bool is_question(int argc, char *argv[])
{
	static const char *const questions[] = { "-h", "--help", "-V", "--version" };

	for (size_t i = 0; argc == 2 && i < ELEMENTSOF(questions); i++)
		if (streq(argv[1], questions[i]))
			return true;

	return false;
}

/* The kernel gives the first PID namespace a fixed number (PROC_PID_INIT_INO). */
static bool is_in_container(int proc)
{
	char name[64];
	ssize_t n = readlinkat(proc, "self/ns/pid", name, sizeof name - 1);

	name[n > 0 ? n : 0] = 0;
	return n > 0 && !streq(name, "pid:[4026531836]");
}

static int run(int argc, char *argv[])
{
	struct early early = EARLY_INIT;
	struct real_init init;
	const char *program;
	int status, r = read_request(&early);

	real_init_open(&init, early.proc, early.request.cmdline.rdinit);
	if (!init.is_first && is_in_container(early.proc) && is_question(argc, argv) &&
	    usage_parse(&usage, argc, argv, &status) < 0)
		return status == EXIT_SUCCESS ? 0 : -EIO;

	program = find_program(&init, argv);
	real_init_find(&init,
		       (const char *[]){ early.request.cmdline.init, program, early.request.init },
		       3);
	if (program)
		argv++;
	if (r >= 0)
		early_remount(&early, init.executed);
	execute(&init, argv);
	/* None of them could be executed. In the initramfs as it was, another one may be. */
	early_undo(&early);
	execute(&init, argv);

	log_error("Every init that was found has already run; set fstag.init= to another one");
	return -ENOENT;
}

int main(int argc, char *argv[])
{
	int status;

	if (getpid() != 1) {
		if (usage_parse(&usage, argc, argv, &status) < 0)
			return status;
		(void)fputs("fstag-init: is to be executed as PID 1, see fstag-init(8)\n", stderr);
		return EXIT_FAILURE;
	}

	open_log();
	return run(argc, argv) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
