/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "initramfs.h"
#include "test.h"

/* A detached tmpfs stands for the initramfs. */
static struct initramfs initramfs = INITRAMFS_INIT;

static void mount_it(const char *path)
{
	int fd = open_tree(initramfs.root, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd < 0 || move_mount(fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		_exit(EXIT_FAILURE);
	(void)close(fd);
}

static int open_file(void)
{
	return openat(initramfs.root, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void no_use(void)
{
}

static void work_in_it(void)
{
	(void)!fchdir(initramfs.root);
}

static void have_it_for_root(void)
{
	if (fchdir(initramfs.root) == 0 && chroot(".") == 0)
		(void)!chdir("/dev");
}

static void have_it_open(void)
{
	(void)open_file();
}

static void map_it(void)
{
	int fd = open_file();

	(void)!ftruncate(fd, 4096);
	(void)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
}

static void mount_it_in_namespace(void)
{
	(void)unshare(CLONE_NEWNS);
	mount_it("/mnt");
}

/* The mount is not visible to any process. */
static void mount_in_it_and_chroot(void)
{
	mount_it_in_namespace();
	(void)mkdir("/mnt/directory", 0700);
	if (mount("test", "/mnt/directory", "tmpfs", 0, NULL) < 0 || chdir("/mnt/directory") < 0 ||
	    chroot(".") < 0)
		_exit(EXIT_FAILURE);
}

/* Only an open file keeps it. */
static void keep_namespace(void)
{
	int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);

	mount_it_in_namespace();
	if (open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC) < 0 || setns(own, CLONE_NEWNS) < 0)
		_exit(EXIT_FAILURE);
}

/* The namespace of a process that ends is kept as a mount, which another one hides. */
static void hide_kept_namespace(void)
{
	char path[64], byte;
	int fds[2], error;
	pid_t pid;

	(void)unshare(CLONE_NEWNS);
	if (pipe2(fds, O_CLOEXEC) < 0 || mount("test", "/mnt", "tmpfs", 0, NULL) < 0 ||
	    mknod("/mnt/namespace", S_IFREG | 0600, 0) < 0)
		_exit(EXIT_FAILURE);

	pid = fork();
	if (pid == 0) {
		mount_it_in_namespace();
		(void)!write(fds[1], "", 1);
		(void)pause();
	}

	(void)!read(fds[0], &byte, 1);
	(void)snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
	error = mount(path, "/mnt/namespace", NULL, MS_BIND, NULL) < 0 ? errno : 0;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	/* Since Linux 6.18, which namespaces another one can keep is chance; see run/keep.c. */
	if (error)
		_exit(error == EINVAL ? 77 : EXIT_FAILURE);
	if (mount("test", "/mnt", "tmpfs", 0, NULL) < 0 ||
	    mknod("/mnt/namespace", S_IFREG | 0600, 0) < 0)
		_exit(EXIT_FAILURE);
}

static void mount_overlay(void)
{
	/* With paths as they were when it was the root. */
	(void)unshare(CLONE_NEWNS);
	(void)mkdirat(initramfs.root, "fstag-test", 0700);
	(void)mkdirat(initramfs.root, "fstag-test/upper", 0700);
	(void)mkdirat(initramfs.root, "fstag-test/work", 0700);
	if (mount("test", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir("/mnt/fstag-test", 0700) < 0 ||
	    mkdir("/mnt/fstag-test/upper", 0700) < 0 || mkdir("/mnt/fstag-test/work", 0700) < 0 ||
	    chroot("/mnt") < 0 || mkdir("/lower", 0700) < 0 || mkdir("/overlay", 0700) < 0 ||
	    mount("test", "/overlay", "overlay", 0,
		  "lowerdir=/lower,upperdir=/fstag-test/upper,workdir=/fstag-test/work") < 0)
		_exit(errno == ENODEV ? 77 : EXIT_FAILURE);
}

static const struct {
	const char *what;
	void (*use)(void);
	int result;
	const char *user; /* the beginning of the text */
} uses[] = {
	{ "nothing", no_use, 0, "" },
	{ "working directory", work_in_it, 1, "process " },
	{ "root", have_it_for_root, 1, "process " },
	{ "open file", have_it_open, 1, "process " },
	{ "mapped file", map_it, 1, "process " },
	{ "mount in another namespace", mount_it_in_namespace, 1, "a mount" },
	{ "mount in it that hides it", mount_in_it_and_chroot, 1, "a mount" },
	{ "namespace without a process", keep_namespace, 1, "a mount" },
	{ "hidden namespace without a process", hide_kept_namespace, -EBUSY, "" },
	{ "overlay with an empty upper layer", mount_overlay, 1, "an overlay" },
};

static void find(const char *what, int result, const char *text)
{
	char user[USER_MAX] = "";

	CHECK_INT(users_find(&initramfs, user), result, what);
	CHECK(strncmp(user, text, strlen(text)) == 0, "%s: '%s'", what, user);
}

/* With another process that uses it. */
static void test_use(const char *what, void (*use)(void), int result, const char *text)
{
	int fds[2], status = 0;
	char byte;
	pid_t pid;

	CHECK_INT(pipe2(fds, O_CLOEXEC), 0, what);
	pid = fork();
	if (pid == 0) {
		use();
		/* The test itself has it open, which does not count. */
		(void)close(initramfs.root);
		(void)!write(fds[1], "", 1);
		(void)pause();
		_exit(EXIT_SUCCESS);
	}

	(void)close(fds[1]);
	if (read(fds[0], &byte, 1) == 1)
		find(what, result, text);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	(void)close(fds[0]);
	if (WIFEXITED(status))
		CHECK_INT(WEXITSTATUS(status), 77, what);
	find(what, 0, "");
}

static void test_loop(void)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), file = open_file(), fd;
	int number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE), dev = initramfs.dev;
	char path[32];

	(void)snprintf(path, sizeof path, "/dev/loop%d", number);
	fd = number < 0 ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && ftruncate(file, 65536) == 0 && ioctl(fd, LOOP_SET_FD, file) == 0) {
		find("loop device", 1, "a loop device");
		/* A directory without its node, so it cannot be asked for its file. */
		initramfs.dev = initramfs.proc;
		find("unknown loop device", 1, "a loop device");
		initramfs.dev = dev;
		CHECK_INT(ioctl(fd, LOOP_CLR_FD, 0), 0, "detach");
	} else {
		(void)fprintf(stderr, "No loop device: %m\n");
	}
	(void)close(fd);
	(void)close(file);
	(void)close(control);
}

/* Returns whether the system supports the test. */
static bool set_up(void)
{
	struct stat st;
	int context;

	context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return false;

	initramfs.root = fsmount(context, FSMOUNT_CLOEXEC, 0);
	initramfs.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	initramfs.sys = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	initramfs.dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK_INT(fstat(initramfs.root, &st), 0, "fstat");
	initramfs.device = st.st_dev;
	return mkdirat(initramfs.root, "dev", 0700) == 0;
}

static int run(void)
{
	if (mount("proc", "/proc", "proc", 0, NULL) < 0 || !set_up()) {
		(void)fprintf(stderr, "Cannot mount: %m\n");
		return 77;
	}

	for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
		test_use(uses[i].what, uses[i].use, uses[i].result, uses[i].user);
	test_loop();
	return TEST_RESULT;
}

/* In a PID namespace: some processes outside may be hidden from the test, and then the result is
 * unknown. */
int main(void)
{
	int status = 0;
	pid_t pid;

	if (unshare(CLONE_NEWNS | CLONE_NEWPID) < 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		(void)fprintf(stderr, "Cannot make namespaces: %m\n");
		return 77;
	}

	pid = fork();
	if (pid == 0)
		_exit(run());
	(void)waitpid(pid, &status, 0);
	/* No new PID is available any more, and the sanitizers need one at exit. */
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}
