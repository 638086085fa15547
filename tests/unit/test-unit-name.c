/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "test.h"
#include "unit-name.h"

/* The expected names are those of systemd-escape(1). */
static void test_instance(void)
{
	static const struct {
		const char *text, *name;
	} table[] = {
		{ "virtiofs:myfs", "p@virtiofs:myfs.service" },
		{ "virtiofs,9p:/dev/root", "p@virtiofs\\x2c9p:-dev-root.service" },
		{ ".hidden.x", "p@\\x2ehidden.x.service" },
		{ "a b\\c%", "p@a\\x20b\\x5cc\\x25.service" },
		{ "\xc3\xb6", "p@\\xc3\\xb6.service" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const char *text = table[i].text;
		char *name = NULL;

		CHECK_INT(unit_name_of_instance("p@", text, strlen(text), ".service", &name), 0,
			  text);
		CHECK_TEXT(name, table[i].name, text);
		free(name);
	}
}

static void test_length(void)
{
	char text[256], *name = NULL;

	memset(text, 'x', sizeof text);
	CHECK_INT(unit_name_of_instance("p@", text, 255 - 10, ".service", &name), 0, "255 bytes");
	free(name);
	CHECK_INT(unit_name_of_instance("p@", text, 255 - 9, ".service", &name), -ENAMETOOLONG,
		  "256 bytes");
}

/* The expected names are those that systemd-fstab-generator 262 writes for x-systemd.after=. */
static void test_mangle(void)
{
	static const struct {
		const char *text, *name;
	} table[] = {
		{ "a.service", "a.service" },
		{ "a@b.service", "a@b.service" },
		{ "foo", "foo.mount" },
		{ "/mnt/a b", "mnt-a\\x20b.mount" },
		{ "/", "-.mount" },
		{ "//a/./b/", "a-b.mount" },
		{ "/dev/sda", "dev-sda.device" },
		{ "/sys/x", "sys-x.device" },
		{ "a/b", "a-b.mount" },
		{ "a b.target", "a\\x20b.target" },
		{ "/../x", "-..-x.mount" },
		{ "", NULL },
		{ "@.service", NULL },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char *name = NULL;

		CHECK_INT(unit_name_mangle(table[i].text, &name), table[i].name ? 0 : -EINVAL,
			  table[i].text);
		CHECK_TEXT(name, table[i].name, table[i].text);
		free(name);
	}
}

static void test_device_path(void)
{
	static const char *const devices[] = { "/dev/sda", "//dev//x", "/./dev/x", "/sys/x",
					       "/dev/.." };
	static const char *const others[] = { "/dev",	  "/dev/", "dev/x",    "/devx",
					      "/x/dev/y", "",	   "/../dev/x" };

	for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
		CHECK_INT(unit_name_is_device_path(devices[i]), true, devices[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		CHECK_INT(unit_name_is_device_path(others[i]), false, others[i]);
}

int main(void)
{
	test_instance();
	test_length();
	test_mangle();
	test_device_path();
	return TEST_RESULT;
}
