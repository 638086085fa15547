/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "libraries.h"

#include <errno.h>

#include "test.h"

static const struct {
	const char *line;
	int result;
	const char *path;
} lines[] = {
	{ "\tlinux-vdso.so.1 (0x00007ffc1d3f2000)\n", 0, NULL },
	{ "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2a4c000000)\n", 1,
	  "/lib/x86_64-linux-gnu/libc.so.6" },
	{ "\t/lib64/ld-linux-x86-64.so.2 (0x00007f2a4c3d1000)\n", 1,
	  "/lib64/ld-linux-x86-64.so.2" },
	{ "\tlibmount.so.1 => /a b (c)/libmount.so.1 (0x00007f2a)\n", 1, "/a b (c)/libmount.so.1" },
	{ "\tlibgone.so.1 => not found\n", -ENOENT, NULL },
	{ "\tstatically linked\n", 0, NULL },
	{ "/lib/libc.so.6\n", 1, "/lib/libc.so.6" },
	{ "", 0, NULL },
};

int main(void)
{
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char *line = strdup(lines[i].line);
		const char *path = NULL;

		CHECK_INT(libraries_parse_line(line, &path), lines[i].result, lines[i].line);
		CHECK_TEXT(path, lines[i].path, lines[i].line);
		free(line);
	}

	return TEST_RESULT;
}
