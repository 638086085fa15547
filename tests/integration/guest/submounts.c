/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Executed by init in a root below which the host has mounted file systems (shares.py): reports how
 * each of them looks before and after it is entered, whether st_dev and st_ino identify each file,
 * and in which order they can be unmounted.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "report.h"

struct identity {
	dev_t device;
	ino_t inode;
};

struct submount {
	char path[4096];
	dev_t outer; /* of the directory that contains it */
};

static struct identity files[10000];
static size_t n_files;
/* Each comes after those that contain it. */
static struct submount submounts[100];
static size_t n_submounts, n_hidden;

static void visit(const char *path, dev_t outer);

static void visit_entries(const char *path, DIR *dir, dev_t device)
{
	const struct dirent *entry;
	char child[4096];

	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(child, sizeof(child), "%s/%s", path, entry->d_name);
		visit(child, device);
	}
}

static void remember(const struct stat *status)
{
	if (n_files == sizeof(files) / sizeof(*files))
		exit(1);
	files[n_files++] = (struct identity){ status->st_dev, status->st_ino };
}

static void remember_submount(const char *path, dev_t outer)
{
	struct submount *new = &submounts[n_submounts++];

	if (n_submounts == sizeof(submounts) / sizeof(*submounts))
		exit(1);
	(void)snprintf(new->path, sizeof(new->path), "%s", path);
	new->outer = outer;
}

static void visit(const char *path, dev_t outer)
{
	struct stat seen, entered;
	struct statfs fs;
	DIR *dir;

	if (lstat(path, &seen) < 0)
		exit(1);
	if (!S_ISDIR(seen.st_mode)) {
		remember(&seen);
		return;
	}

	/* Opening the directory mounts what is there. */
	dir = opendir(path);
	if (!dir || fstat(dirfd(dir), &entered) < 0 || fstatfs(dirfd(dir), &fs) < 0)
		exit(1);
	/* Not /proc and /dev. */
	if (fs.f_type == FUSE_SUPER_MAGIC) {
		remember(&entered);
		if (entered.st_dev != outer)
			remember_submount(path, outer);
		if (entered.st_dev != outer && seen.st_dev == outer)
			n_hidden++;
		visit_entries(path, dir, entered.st_dev);
	}
	(void)closedir(dir);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct identity));
}

static size_t count_repeated(void)
{
	size_t n = 0;

	qsort(files, n_files, sizeof(*files), compare);
	for (size_t i = 1; i < n_files; i++)
		n += compare(&files[i - 1], &files[i]) == 0;

	return n;
}

/* Those that have a st_dev of their own now. */
static size_t count_visible(void)
{
	struct stat status;
	size_t n = 0;

	for (size_t i = 0; i < n_submounts; i++)
		n += lstat(submounts[i].path, &status) == 0 && status.st_dev != submounts[i].outer;

	return n;
}

static bool contains(const struct submount *outer, const struct submount *inner)
{
	size_t length = strlen(outer->path);

	return strncmp(outer->path, inner->path, length) == 0 && inner->path[length] == '/';
}

static int unmount(const struct submount *submount)
{
	return umount2(submount->path, UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
}

/* Of the file system of the root, without that on /. */
static size_t count_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096];
	size_t n = 0;

	while (file && fgets(line, sizeof(line), file))
		n += strstr(line, " - virtiofs ") != NULL;
	if (file)
		(void)fclose(file);

	return n - 1;
}

/* Tries it with those that contain others while a file is open in the last of these. */
static size_t count_busy(void)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < n_submounts; i++) {
		size_t last = i;
		int fd;

		while (last + 1 < n_submounts && contains(&submounts[i], &submounts[last + 1]))
			last++;
		fd = open(submounts[last].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		n += last > i && fd >= 0 && unmount(&submounts[i]) == -EBUSY;
		(void)close(fd);
	}

	return n;
}

static size_t unmount_inside_out(void)
{
	size_t n = 0;

	for (size_t i = n_submounts; i-- > 0;)
		n += unmount(&submounts[i]) == 0;

	return n;
}

/* Only those that no other one contains. */
static size_t unmount_outermost(dev_t root)
{
	size_t n = 0;

	for (size_t i = 0; i < n_submounts; i++)
		n += submounts[i].outer == root && unmount(&submounts[i]) == 0;

	return n;
}

int main(void)
{
	struct stat root;

	if (lstat("/", &root) < 0)
		return 1;
	visit("/.", root.st_dev);
	report("value submounts %zu", n_submounts);
	report("value hidden %zu", n_hidden);
	report("value visible %zu", count_visible());
	report("value repeated %zu", count_repeated());
	report("value busy %zu", count_busy());
	report("value inside-out %zu", unmount_inside_out());
	report("value left %zu", count_mounts());

	n_submounts = n_files = 0;
	visit("/.", root.st_dev);
	report("value entered-again %zu", count_mounts());
	report("value outermost %zu", unmount_outermost(root.st_dev));
	report("value left-again %zu", count_mounts());
	return 0;
}
