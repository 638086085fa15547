/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "cleanup.h"
#include "devices.h"
#include "source.h"
#include "text.h"

/* Where sysfs shows the driver that a module brings; where it has another name than the module
 * that is the driver's own. A file system's module is asked for as the file system. */
static const struct {
	const char *module, *path;
} drivers[] = {
	{ "virtio_pci", "/sys/bus/pci/drivers/virtio-pci" },
	{ "virtio_mmio", "/sys/bus/platform/drivers/virtio-mmio" },
	{ "virtio_ccw", "/sys/bus/ccw/drivers/virtio_ccw" },
	{ "9pnet_virtio", "/sys/bus/virtio/drivers/9pnet_virtio" },
	{ "ubi", "/sys/class/ubi" },
};

/* More than all types that are known here have together. */
#define MODULES_MAX 16

struct list {
	FILE *file;
	unsigned n;
};

/* The hypervisor chose the name: nothing in it may act on the terminal. */
static void put_quoted(FILE *file, const char *name)
{
	(void)fputc('\'', file);
	for (; *name; name++)
		if (*name < ' ' || *name > '~')
			(void)fprintf(file, "\\x%02x", (unsigned char)*name);
		else
			(void)fputc(*name, file);
	(void)fputc('\'', file);
}

static void put_comma(struct list *list)
{
	if (list->n++ > 0)
		(void)fputs(", ", list->file);
}

static int put_device(const struct device *device, void *data)
{
	struct list *list = data;

	put_comma(list);
	(void)fprintf(list->file, "%s ", device->type);
	put_quoted(list->file, device->name);
	return 0;
}

static int put_driverless(const struct device *device, void *data)
{
	struct list *list = data;

	put_comma(list);
	(void)fprintf(list->file, "%s (a device without its driver)", device->type);
	return 0;
}

/* Linux before 6.9 knows the tags, but does not show them. */
static void put_nameless_virtiofs(struct list *list)
{
	_cleanup_closedir_ DIR *directory = opendir("/sys/bus/virtio/drivers/virtiofs");
	struct dirent *entry;
	unsigned n = 0;

	while (directory && (entry = readdir(directory)))
		n += after_prefix(entry->d_name, "virtio") != NULL;
	if (n == 0)
		return;

	put_comma(list);
	(void)fprintf(list->file, "virtiofs (%u, whose tags this kernel does not show)", n);
}

/* Every tag, whatever the types: it may be the type that is wrong. */
static void put_devices(FILE *file, const struct source *source, struct udev *udev)
{
	static const enum fs_wait waits[] = { FS_WAIT_VIRTIOFS, FS_WAIT_9P, FS_WAIT_UBI,
					      FS_WAIT_MTD };
	struct list list = { .file = file };

	for (size_t i = 0; i < ELEMENTSOF(waits); i++) {
		bool is_tag = waits[i] == FS_WAIT_VIRTIOFS || waits[i] == FS_WAIT_9P;

		if (waits[i] == FS_WAIT_VIRTIOFS && access("/sys/fs/virtiofs", F_OK) < 0)
			put_nameless_virtiofs(&list);
		else if (is_tag || source_has_wait(source, waits[i]))
			(void)devices_walk(udev, waits[i], put_device, &list);
	}
	(void)devices_walk_driverless(udev, put_driverless, &list);
	if (list.n == 0)
		(void)fputs("none", file);
}

static void put_wrong_type(FILE *file, const struct source *source, struct udev *udev)
{
	static const struct {
		enum fs_wait wait;
		const char *type, *advice;
	} tags[] = {
		{ FS_WAIT_VIRTIOFS, "virtiofs", "rootfstype=virtiofs" },
		{ FS_WAIT_9P, "9p",
		  "rootfstype=9p, or <driver type='virtiofs'/> in libvirt's <filesystem>" },
	};

	for (size_t i = 0; i < ELEMENTSOF(tags); i++) {
		if (source_has_wait(source, tags[i].wait) ||
		    source_look_as(source, udev, tags[i].wait) <= 0)
			continue;

		(void)fputs(". ", file);
		put_quoted(file, source->name);
		(void)fprintf(file, " is there as %s: write %s", tags[i].type, tags[i].advice);
	}
}

static bool has_module(const char *name)
{
	_cleanup_close_ int fd = -EBADF;

	for (size_t i = 0; i < ELEMENTSOF(drivers); i++)
		if (streq(name, drivers[i].module))
			return access(drivers[i].path, F_OK) == 0;

	fd = fsopen(name, FSOPEN_CLOEXEC);
	return fd >= 0;
}

/* Two types may need the same module. */
static bool is_listed(const struct fs_module *modules, size_t n, const struct fs_module *module)
{
	for (size_t i = 0; i < n; i++)
		if (modules[i].length == module->length &&
		    memcmp(modules[i].name, module->name, module->length) == 0)
			return true;

	return false;
}

static bool is_absent(const struct fs_module *module)
{
	_cleanup_free_ char *name = strndup(module->name, module->length);

	return name && !has_module(name);
}

/* Of alternatives, one that is there is as good as all. */
static bool has_alternative(const struct fs_module *modules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (modules[i].alternative && !is_absent(&modules[i]))
			return true;

	return false;
}

/* Collects what the types need and the kernel has not. */
static size_t find_absent(const struct source *source, struct fs_module absent[MODULES_MAX])
{
	size_t n_absent = 0;

	FOREACH_ITEM (type, length, source->types) {
		struct fs_module modules[FS_TYPE_MODULES_MAX];
		size_t n = fs_type_modules(type, length, NULL, modules);
		bool has_one = has_alternative(modules, n);

		for (size_t i = 0; i < n && n_absent < MODULES_MAX; i++)
			if (!(modules[i].alternative && has_one) && is_absent(&modules[i]) &&
			    !is_listed(absent, n_absent, &modules[i]))
				absent[n_absent++] = modules[i];
	}

	return n_absent;
}

static void put_absent_modules(FILE *file, const struct source *source)
{
	struct fs_module absent[MODULES_MAX];
	size_t n = find_absent(source, absent);

	for (size_t i = 0; i < n; i++)
		(void)fprintf(file, "%s%.*s", i > 0 ? ", " : "", (int)absent[i].length,
			      absent[i].name);
	if (n == 0)
		(void)fputs("none", file);
}

void report_missing(const struct source *source, struct udev *udev, const char *verb)
{
	(void)fprintf(stderr, "%s source ", verb);
	put_quoted(stderr, source->name);
	(void)fprintf(stderr, " (%s). There: ", source->types);
	put_devices(stderr, source, udev);
	put_wrong_type(stderr, source, udev);
	(void)fputs(". Modules absent: ", stderr);
	put_absent_modules(stderr, source);
	(void)fputs(". See root=, mount.usr= and fstag.timeout= on the kernel command line\n",
		    stderr);
}
