/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compares what the build installs for the kernel modules with the table in lib/fs-type.c.
 *
 * usage: test-modules RULES DRACUT-MODULE MODULE[=DRIVER]...
 */
#include <stdbool.h>

#include "cleanup.h"
#include "fs-type.h"
#include "test.h"
#include "text.h"

#define MODULES_MAX 64

struct table {
	size_t n;
	struct fs_module modules[MODULES_MAX];
};

static const struct fs_module *find(const struct table *table, const char *name, size_t length)
{
	for (size_t i = 0; i < table->n; i++)
		if (item_is(name, length, table->modules[i].name))
			return &table->modules[i];

	return NULL;
}

static void add(struct table *table, const char *type, const char *transport)
{
	struct fs_module modules[FS_TYPE_MODULES_MAX];
	size_t n = fs_type_modules(type, strlen(type), transport, modules);

	for (size_t i = 0; i < n; i++)
		if (!find(table, modules[i].name, modules[i].length) && table->n < MODULES_MAX)
			table->modules[table->n++] = modules[i];
}

/* The drop-ins prevent a second start of modprobe by checking for the driver that the module
 * contains. */
static bool is_driver_of(const char *driver, const struct fs_module *module)
{
	if (module->sign)
		return streq(driver, module->sign);

	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++)
		if (fs_types[i].driver && item_is(module->name, module->length, fs_types[i].name))
			return streq(driver, fs_types[i].driver);

	return false;
}

static void check_installed(const struct table *table, char *words[], int n)
{
	CHECK_INT(n, table->n, "modules in units/meson.build");
	for (int i = 0; i < n; i++) {
		size_t length = strcspn(words[i], "=");
		const struct fs_module *module = find(table, words[i], length);

		CHECK(module, "%s: no type needs it", words[i]);
		if (module && words[i][length])
			CHECK(is_driver_of(words[i] + length + 1, module),
			      "%s: the table has another driver", words[i]);
	}
}

static void check_file(const char *path, const char *text)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ char *content = NULL;
	size_t size = 0;

	CHECK(file && getdelim(&content, &size, 0, file) > 0 && strstr(content, text),
	      "%s: without '%s'", path, text);
}

static void check_drivers(const char *rules, const char *dracut_module)
{
	_cleanup_free_ char *line = strdup("DRIVER!=\"");

	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++) {
		_cleanup_free_ char *devices = NULL, *before = line;
		const char *driver = fs_types[i].driver;

		line = NULL;
		if (asprintf(&line, "%s%s%s", before, driver && i > 0 ? "|" : "",
			     driver ? strrchr(driver, '/') + 1 : "") < 0 ||
		    asprintf(&devices, "'%s/virtio*'", driver ?: "") < 0)
			abort();
		if (driver)
			check_file(dracut_module, devices);
	}
	check_file(rules, line);
}

int main(int argc, char *argv[])
{
	struct table table = {};

	if (argc < 3)
		return EXIT_FAILURE;

	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++)
		add(&table, fs_types[i].name, NULL);
	for (size_t i = 0; i < ELEMENTSOF(fs_transports); i++)
		add(&table, "9p", fs_transports[i].name);

	check_installed(&table, argv + 3, argc - 3);
	check_drivers(argv[1], argv[2]);
	return TEST_RESULT;
}
