/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "cleanup.h"
#include "devices.h"
#include "input.h"
#include "source.h"
#include "text.h"

/* Larger than the number of modules of all known types together. */
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
	(void)fprintf(list->file, "%s ", device->type->name);
	put_quoted(list->file, device->name);
	return 0;
}

static int put_driverless(const struct device *device, void *data)
{
	struct list *list = data;

	put_comma(list);
	(void)fprintf(list->file, "%s (a device without its driver)", device->type->name);
	return 0;
}

/* The kernel knows their tags, but does not show them. */
static void put_hidden(struct list *list, const struct fs_type *type)
{
	unsigned n = devices_count(type);

	if (n == 0)
		return;

	put_comma(list);
	(void)fprintf(list->file, "%s (%u device%s whose tags this kernel does not show)",
		      type->name, n, n == 1 ? "" : "s");
}

/* Every tag, whatever the types: the type may be the mistake. */
static void put_devices(FILE *file, const struct source *source, struct udev *udev)
{
	struct list list = { .file = file };

	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++) {
		const struct fs_type *type = &fs_types[i];

		if (devices_are_hidden(type))
			put_hidden(&list, type);
		else if (type->virtio_id || source_has_type(source, type))
			(void)devices_walk(udev, type, put_device, &list);
	}
	(void)devices_walk_driverless(udev, put_driverless, &list);
	if (list.n == 0)
		(void)fputs("none", file);
}

static void put_wrong_type(FILE *file, const struct source *source, struct udev *udev)
{
	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++) {
		const struct fs_type *type = &fs_types[i];

		/* If the tags are hidden, to check would disturb a server for a mere hint. */
		if (!type->virtio_id || source_has_type(source, type) || devices_are_hidden(type) ||
		    source_look_as(source, udev, type) <= 0)
			continue;

		(void)fputs(". ", file);
		put_quoted(file, source->name);
		(void)fprintf(file, " exists as %s: use %s%s", type->name,
			      input_is_initrd() ? "rootfstype=" : "the type ", type->name);
		if (type->wait == FS_WAIT_9P)
			(void)fputs(", or <driver type='virtiofs'/> in libvirt's <filesystem>",
				    file);
	}
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

static bool is_missing(const struct fs_module *module)
{
	_cleanup_free_ char *type = NULL;
	_cleanup_close_ int fd = -EBADF;

	if (module->sign)
		return access(module->sign, F_OK) < 0;

	type = strndup(module->name, module->length);
	fd = type ? fsopen(type, FSOPEN_CLOEXEC) : -EBADF;
	return type && fd < 0;
}

/* Of alternatives, one available alternative is enough. */
static bool has_alternative(const struct fs_module *modules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (modules[i].alternative && !is_missing(&modules[i]))
			return true;

	return false;
}

/* Collects the modules that the types need and the kernel does not have. */
static size_t find_missing(const struct source *source, struct fs_module missing[MODULES_MAX])
{
	size_t n_missing = 0;

	FOREACH_ITEM (type, length, source->types) {
		struct fs_module modules[FS_TYPE_MODULES_MAX];
		size_t n = fs_type_modules(type, length, NULL, modules);
		bool has_one = has_alternative(modules, n);
		/* A transport over the network has no sign in sysfs, the file system is the last.
		 */
		size_t first = source->servers ? n - 1 : 0;

		for (size_t i = first; i < n && n_missing < MODULES_MAX; i++)
			if (!(modules[i].alternative && has_one) && is_missing(&modules[i]) &&
			    !is_listed(missing, n_missing, &modules[i]))
				missing[n_missing++] = modules[i];
	}

	return n_missing;
}

static void put_missing_modules(FILE *file, const struct source *source)
{
	struct fs_module missing[MODULES_MAX];
	size_t n = find_missing(source, missing);

	for (size_t i = 0; i < n; i++)
		(void)fprintf(file, "%s%.*s", i > 0 ? ", " : "", (int)missing[i].length,
			      missing[i].name);
	if (n == 0)
		(void)fputs("none", file);
}

static void end_report(const struct source *source)
{
	(void)fputs(". Missing modules: ", stderr);
	put_missing_modules(stderr, source);
	/* The mounts of the initrd may be further shares, but a running system has no others. */
	(void)fputs(
		input_is_initrd()
			? ". See root=, mount.usr= and fstag.timeout= on the kernel command line\n"
			: ". See its line in /etc/fstab, and x-systemd.device-timeout= there\n",
		stderr);
}

void report_missing(const struct source *source, struct udev *udev, const char *verb)
{
	(void)fprintf(stderr, "%s source ", verb);
	put_quoted(stderr, source->name);
	(void)fprintf(stderr, " (%s). Available: ", source->types);
	put_devices(stderr, source, udev);
	put_wrong_type(stderr, source, udev);
	end_report(source);
}

void report_unreachable(const struct source *source, const char *reason, const char *verb)
{
	(void)fprintf(stderr, "%s source ", verb);
	put_quoted(stderr, source->name);
	(void)fprintf(stderr, " (%s). No server answers: %s", source->types, reason);
	end_report(source);
}
