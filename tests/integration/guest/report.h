/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* Writes a line of the report to the kernel's log. dprintf(3) cannot: it wants to seek. */
static void report(const char *format, ...)
{
	char line[900];
	va_list arguments;
	int n, fd;

	n = snprintf(line, sizeof(line), "FSTAG-REPORT ");
	va_start(arguments, format);
	n += vsnprintf(line + n, sizeof(line) - n, format, arguments);
	va_end(arguments);
	if ((size_t)n >= sizeof(line))
		n = sizeof(line) - 1;

	/* One write is one line of the log, even if other processes write. */
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)!write(fd, line, n);
	close(fd);
}
