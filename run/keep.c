/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keep.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/vfs.h>

#include "child.h"
#include "cleanup.h"
#include "pivot.h"

/* COOKIE_LOCAL_BATCH of the kernel's include/linux/cookie.h. */
#define NUMBERS_OF_BATCH 4096

/*
 * Called in a child, which owns the new namespace.
 *
 * As slaves, the mounts in it follow the system's, and a second mount made of a slave is a slave of
 * the same master. So they are made slaves before they are bound, and bound before they are moved:
 * at no moment is a mount missed that the system makes at any path. The first ones, now below the
 * root, continue to follow, too; if they did not, they would keep busy what the system has
 * unmounted. They must not become shared, because pivot_root(2) refuses a root whose parent is.
 */
static int make_root(void)
{
	_cleanup_close_ int root = -EBADF;
	int r;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -errno;
	if (mount("/", NAMESPACE_DIRECTORY, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -errno;

	root = open(NAMESPACE_DIRECTORY, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || mount(NAMESPACE_DIRECTORY, "/", NULL, MS_MOVE, NULL) < 0)
		return -errno;
	if (fchdir(root) < 0 || chroot(".") < 0)
		return -errno;

	/* As systemd does in the system: container engines propagate mounts to their containers. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) < 0)
		return -errno;

	r = pivot_root_works();
	return r == 0 ? -ENOTSUP : r;
}

/*
 * The PID of the caller in the mounted /proc, which may be that of an outer PID namespace, where
 * the number that fork() returns belongs to another process. "self" is always right, and does not
 * exist in the /proc of a namespace in which the caller has no number.
 */
static int number_in_proc(void)
{
	char number[sizeof "4294967295"] = "";
	struct statfs st;

	if (statfs("/proc", &st) < 0 || st.f_type != PROC_SUPER_MAGIC ||
	    readlink("/proc/self", number, sizeof number - 1) < 0)
		return -ESRCH;

	return atoi(number);
}

static int make_namespace(void)
{
	int number = number_in_proc(), r;

	if (number < 0)
		return number;

	r = make_root();
	return r < 0 ? r : number;
}

/*
 * Since Linux 6.18 each processor numbers namespaces from its own batch (gen_cookie_next() in
 * include/linux/cookie.h), and no namespace can be kept as a mount in one with a higher number
 * (mnt_ns_loop() in fs/namespace.c): which one is higher is chance. Namespaces of all kinds are
 * numbered alike, and each batch is above all those that were begun before. A process that has used
 * up one batch is therefore above all existing namespaces; that takes 10 ms.
 */
static int make_namespace_of_new_batch(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu >= 0)
		CPU_SET((size_t)cpu, &set);
	/* Another processor would have another batch. */
	(void)sched_setaffinity(0, sizeof set, &set);

	/* If this is not permitted, the result is left to chance. */
	for (int i = 0; i < NUMBERS_OF_BATCH; i++)
		if (unshare(CLONE_NEWUTS) < 0)
			break;

	return make_namespace();
}

static int keep_namespace(int (*make)(void))
{
	struct child child;
	char path[64];
	int r;

	r = child_start(make, &child);
	if (r < 0)
		return r;

	(void)snprintf(path, sizeof path, "/proc/%d/ns/mnt", r);
	r = mount(path, NAMESPACE_FILE, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
	child_end(&child);
	return r;
}

int keep_new_namespace(void)
{
	int r;

	r = keep_namespace(make_namespace);
	return r == -EINVAL ? keep_namespace(make_namespace_of_new_batch) : r;
}
