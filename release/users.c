/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "users.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "initramfs.h"
#include "loop-devices.h"
#include "mountinfo.h"
#include "names.h"
#include "namespaces.h"
#include "overlay.h"
#include "read-text.h"
#include "text.h"

struct look {
	const struct initramfs *initramfs;
	struct namespaces namespaces;
	char *user;
};

/* A process that ends during the search uses nothing. */
static bool is_gone(int r)
{
	return r == -ENOENT || r == -ESRCH;
}

static int use(struct look *look, const char *what, const char *name)
{
	(void)snprintf(look->user, USER_MAX, "%s%s", what, name);
	return 1;
}

/* An error of a server that does not answer: a tmpfs has none. */
static bool is_elsewhere(int r)
{
	return r == -EIO || r == -ENOTCONN || r == -ESTALE || r == -ETIMEDOUT;
}

/* For the target of a link in /proc. No server is asked, because it may hang, and only the device
 * is requested: a user's FUSE mount tells root nothing else. */
static int leads_into(const struct look *look, int directory, const char *link)
{
	struct statx st;

	if (statx(directory, link, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC, 0, &st) < 0)
		return is_gone(-errno) || is_elsewhere(-errno) ? 0 : -errno;

	return makedev(st.stx_dev_major, st.stx_dev_minor) == look->initramfs->device;
}

/* A file that a process has open may be a mount namespace. */
static int look_at_open_file(struct look *look, int files, const char *name)
{
	char target[sizeof "mnt:"] = "";
	int r;

	r = leads_into(look, files, name);
	if (r != 0)
		return r;
	if (readlinkat(files, name, target, sizeof target - 1) < 0)
		return is_gone(-errno) ? 0 : -errno;
	if (!streq(target, "mnt:"))
		return 0;

	r = namespaces_add(&look->namespaces, files, name);
	return is_gone(r) ? 0 : r;
}

static int look_at_open_files(struct look *look, int task)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	r = names_open(task, "fd", &dir);
	while (r == 0 && (entry = names_next(dir)))
		r = look_at_open_file(look, dirfd(dir), entry->d_name);
	if (r == 0)
		r = -errno;

	return is_gone(r) ? 0 : r;
}

/* Each thread may have its own of all these. */
static int look_at_task(struct look *look, int tasks, const char *name)
{
	static const char *const links[] = { "root", "cwd", "exe" };
	_cleanup_close_ int task = openat(tasks, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = task < 0 ? -errno : 0;

	for (size_t i = 0; r == 0 && i < ELEMENTSOF(links); i++)
		r = leads_into(look, task, links[i]);
	if (r == 0)
		r = look_at_open_files(look, task);
	if (r == 0)
		r = namespaces_add(&look->namespaces, task, "ns/mnt");

	return is_gone(r) ? 0 : r;
}

static bool is_mapped(const struct look *look, const char *line)
{
	unsigned major_number, minor_number;

	return sscanf(line, "%*s %*s %*s %x:%x", &major_number, &minor_number) == 2 &&
	       makedev(major_number, minor_number) == look->initramfs->device;
}

static int look_at_maps(const struct look *look, int process)
{
	_cleanup_free_ char *text = NULL;
	char *cursor, *line;
	int r = read_text(process, "maps", &text);

	if (r < 0)
		return r;

	cursor = text;
	while ((line = strsep(&cursor, "\n")))
		if (is_mapped(look, line))
			return 1;

	return 0;
}

static int look_at_process(struct look *look, int process)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	r = names_open(process, "task", &dir);
	while (r == 0 && (entry = names_next(dir)))
		r = look_at_task(look, dirfd(dir), entry->d_name);
	if (r == 0)
		r = -errno;
	if (r == 0)
		r = look_at_maps(look, process);

	return is_gone(r) ? 0 : r;
}

static int use_by_process(struct look *look, int process, const char *number)
{
	_cleanup_free_ char *name = NULL;
	char text[64];

	if (read_text(process, "comm", &name) == 0)
		name[strcspn(name, "\n")] = 0;

	(void)snprintf(text, sizeof text, "%.20s (%.32s)", number, name ?: "");
	return use(look, "process ", text);
}

static int look_at_processes(struct look *look)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	r = names_open(look->initramfs->proc, ".", &dir);
	while (r == 0 && (entry = names_next(dir))) {
		_cleanup_close_ int process = -EBADF;

		if (!strchr(DIGITS, entry->d_name[0]) || atoi(entry->d_name) == getpid())
			continue;

		process = openat(dirfd(dir), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (process >= 0)
			r = look_at_process(look, process);
		if (r > 0)
			return use_by_process(look, process, entry->d_name);
	}

	return r < 0 ? r : -errno;
}

/* A namespace that is kept as a mount may have no process. */
static int add_kept_namespace(struct look *look, const struct mount *mount)
{
	ino_t number;
	int r;

	if (!mountinfo_keeps_namespace(mount, &number) ||
	    namespaces_have(&look->namespaces, number))
		return 0;

	r = namespaces_add(&look->namespaces, AT_FDCWD, mount->point);
	if (r < 0)
		return r;

	/* Another mount hides it. */
	return namespaces_have(&look->namespaces, number) ? 0 : -EBUSY;
}

static int look_at_mount(struct look *look, const struct mount *mount)
{
	int r;

	if (mount->device == look->initramfs->device)
		return use(look, "a mount", "");

	r = overlay_has_layer_in(mount, look->initramfs->root);
	if (r != 0)
		return r < 0 ? r : use(look, "an overlay", "");

	return add_kept_namespace(look, mount);
}

static int look_at_mounts(struct look *look)
{
	_cleanup_(mountinfo_done) struct mountinfo mountinfo = {};
	struct mount mount;
	int r = mountinfo_read(&mountinfo, look->initramfs->proc, "self/mountinfo");

	if (r < 0)
		return r;

	while ((r = mountinfo_next(&mountinfo, &mount)) > 0) {
		r = look_at_mount(look, &mount);
		if (r != 0)
			return r;
	}

	return r;
}

/* From inside: this shows all mounts below the root of the namespace, whatever root the processes
 * in it have. */
static int look_at_namespaces(struct look *look)
{
	/* Namespaces that are found on the way are searched as well. */
	for (size_t i = 0; i < look->namespaces.n; i++) {
		int r;

		if (setns(look->namespaces.items[i].fd, CLONE_NEWNS) < 0)
			return -errno;

		r = look_at_mounts(look);
		if (r != 0)
			return r;
	}

	return 0;
}

static int look_everywhere(struct look *look)
{
	int r;

	r = look_at_processes(look);
	if (r == 0)
		r = look_at_namespaces(look);
	if (r != 0)
		return r;

	r = loop_devices_have_file_on(look->initramfs->sys, look->initramfs->dev,
				      look->initramfs->device);
	return r > 0 ? use(look, "a loop device", "") : r;
}

int users_find(const struct initramfs *initramfs, char user[static USER_MAX])
{
	struct look look = { .initramfs = initramfs, .user = user };
	_cleanup_close_ int own = openat(initramfs->proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int r;

	if (own < 0)
		return -errno;

	r = namespaces_add(&look.namespaces, initramfs->proc, "self/ns/mnt");
	if (r == 0)
		r = look_everywhere(&look);
	namespaces_done(&look.namespaces);
	return setns(own, CLONE_NEWNS) < 0 ? -errno : r;
}
