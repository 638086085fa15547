/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fstag-init: moves the initramfs onto a mount of its own, then executes the real init.
 *
 * The kernel, or an image's own /init, executes it as PID 1, before anything else runs; it may be
 * that nothing is mounted and no descriptor is open. When the real init starts, it is PID 1 with
 * the arguments and the environment that the kernel gave, and its root is a mount that
 * pivot_root(2) accepts. Where anything fails, the initramfs is as it was, and the real init starts
 * from it. Static: it moves the libraries, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "bind.h"
#include "cleanup.h"
#include "detached.h"
#include "enter.h"
#include "log.h"
#include "pivot.h"
#include "proc.h"
#include "real-init.h"
#include "remount.h"
#include "request.h"

struct early {
	int proc;
	struct request request;
	struct remount remount;
	struct enter enter;
	bool has_company; /* other programs run */
	char *folder;	  /* the current one, as it was */
};

/* The node of /dev/kmsg on a tmpfs that only we see: there may be no /dev yet. */
static int make_kmsg(void)
{
	_cleanup_close_ int fs = detached_mount("tmpfs");

	if (fs < 0 || mknodat(fs, "kmsg", S_IFCHR | 0600, makedev(1, 11)) < 0)
		return -errno;

	return openat(fs, "kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

static void open_log(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);

	log_setup("fstag-init");
	log_to_kmsg(fd < 0 ? make_kmsg() : fd);
}

static int log_problem(int r, const char *problem, const char *otherwise)
{
	return log_error_errno(r, "%s", problem ?: otherwise);
}

static enum remount_mode decide(const struct early *early)
{
	enum remount_mode mode = early->request.mode;
	int r;

	if (mode == REMOUNT_NO || early->proc < 0)
		return REMOUNT_NO;

	r = remount_is_due(early->proc);
	if (r < 0)
		(void)log_error_errno(r, "Failed to see what is mounted on '/'");
	if (r <= 0)
		return REMOUNT_NO;

	if (mode == REMOUNT_AUTO) {
		r = pivot_root_works();
		if (r < 0)
			log_warning("Failed to try pivot_root, ignoring: %s", strerror(-r));
		return r > 0 ? REMOUNT_NO : REMOUNT_TMPFS;
	}
	if (mode == REMOUNT_BIND && early->request.has_root) {
		log_info("Using fstag.remount=tmpfs, for bind would keep the initramfs in memory "
			 "once the root is there");
		return REMOUNT_TMPFS;
	}

	return mode;
}

/* Programs that run already stay in the old root, and keep what is mounted there. */
static int enter(struct early *early, int new_root)
{
	_cleanup_free_ char *path = NULL;
	int r;

	early->enter.clones = early->has_company;
	r = enter_root(&early->enter, new_root, early->proc, &path);
	return r < 0 ? log_error_errno(r, "Failed to move what is mounted on '/%s'", path ?: "")
		     : 0;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* An /init of the image's own may have chosen another one than the kernel. */
static void return_to_folder(const struct early *early)
{
	if (early->folder)
		(void)!chdir(early->folder);
}

static void undo(struct early *early)
{
	int r = enter_undo(&early->enter), k = remount_undo(&early->remount);

	if (r < 0 || k < 0)
		(void)log_error_errno(r < 0 ? r : k, "Failed to undo the move of the initramfs");
	return_to_folder(early);
}

static int do_tmpfs(struct early *early)
{
	_cleanup_free_ char *problem = NULL;
	int in_use = early->has_company ? REMOUNT_PROGRAMS : remount_is_in_use(early->proc), r;
	uint64_t start = now_ms();

	if (in_use < 0)
		return log_error_errno(in_use, "Failed to see who else uses the initramfs");

	early->remount.has_company = early->has_company;
	r = remount_make(&early->remount, &early->request.options, !in_use, &problem);
	if (r < 0)
		return log_problem(r, problem, "Failed to move the initramfs");

	r = enter(early, early->remount.new_root);
	if (r < 0) {
		undo(early);
		return r;
	}

	log_info("%s the initramfs, %" PRIu64 " files and %" PRIu64 " MiB, to a tmpfs in %" PRIu64
		 " ms%s%s",
		 in_use ? "Copied" : "Moved", early->remount.size.names,
		 early->remount.size.bytes >> 20, now_ms() - start,
		 in_use ? ", and left the old one, for " : "",
		 in_use ? remount_user_text((enum remount_user)in_use) : "");
	return 0;
}

static int do_bind(struct early *early)
{
	_cleanup_close_ int fd = bind_root_open();
	int r;

	if (fd < 0)
		return log_error_errno(fd, "Failed to bind '/'");

	r = enter(early, fd);
	if (r < 0)
		return r;

	/* It has to stay open until nothing can fail any more. */
	early->remount.new_root = TAKE_FD(fd);
	log_info("Bound the initramfs over itself");
	return 0;
}

static void remount(struct early *early)
{
	enum remount_mode mode = decide(early);
	int r = 0;

	if (mode == REMOUNT_NO)
		return;

	early->folder = getcwd(NULL, 0);
	/* To be taken for one is the safe side. */
	early->has_company = proc_has_other_programs(early->proc) != 0;
	if (mode == REMOUNT_TMPFS)
		r = do_tmpfs(early);
	if (r < 0 && !early->request.has_root) {
		log_info("Using fstag.remount=bind instead");
		remount_done(&early->remount);
		mode = REMOUNT_BIND;
	}
	if (mode == REMOUNT_BIND)
		(void)do_bind(early);
	return_to_folder(early);
}

/* Does not return where one of them can be executed. */
static void execute(const struct real_init *init, const char *named, char *argv[])
{
	int error;

	for (size_t i = 0; i < init->n; i++) {
		argv[0] = (char *)init->paths[i];
		(void)execv(argv[0], argv);
		error = errno;
		/* That most of them are not there is as it should be; what is there may lack its
		 * interpreter. */
		if (argv[0] == named || access(argv[0], F_OK) == 0)
			(void)log_error_errno(-error, "Failed to execute '%s'", argv[0]);
	}
}

static void read_request(struct early *early)
{
	int r;

	r = early->proc = early->remount.proc = proc_open();
	if (r < 0)
		(void)log_error_errno(r, "Failed to open /proc");

	r = request_read(&early->request, early->proc);
	if (r == -EINVAL)
		log_error("fstag.remount='%s' is none of no, auto, tmpfs, bind, ignoring",
			  early->request.cmdline.remount);
	else if (r < 0)
		(void)log_error_errno(r, "Failed to read the kernel command line");
}

static int run(char *argv[])
{
	struct early early = { .proc = -EBADF, .remount = REMOUNT_INIT, .enter = ENTER_INIT };
	struct real_init init;

	read_request(&early);
	real_init_find(&init, early.request.init);
	remount(&early);
	execute(&init, early.request.init, argv);
	undo(&early);
	execute(&init, early.request.init, argv);

	log_error("There is no init to execute");
	return -ENOENT;
}

int main(int argc, char *argv[])
{
	if (getpid() != 1) {
		bool is_version = argc == 2 && strcmp(argv[1], "--version") == 0;

		(void)fputs(is_version
				    ? "fstag-init " VERSION "\n"
				    : "fstag-init is to be executed as PID 1, see fstag-init(8)\n",
			    is_version ? stdout : stderr);
		return is_version ? EXIT_SUCCESS : EXIT_FAILURE;
	}

	open_log();
	return run(argv) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
