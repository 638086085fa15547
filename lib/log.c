/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "text.h"

/* The kernel accepts no longer line (LOG_LINE_MAX in kernel/printk). */
#define LINE_BYTES 960

static const char *log_program;
static int log_max_level = LOG_INFO;
static int log_fd = STDERR_FILENO; /* -1: nowhere */
static bool log_is_kmsg, log_is_open;

static int level_from_string(const char *text)
{
	static const char *const names[] = {
		"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
	};

	if (text[0] >= '0' && text[0] <= '7' && text[1] == 0)
		return text[0] - '0';
	for (int level = 0; level <= LOG_DEBUG; level++)
		if (streq(text, names[level]))
			return level;

	return -EINVAL;
}

/* All of systemd's targets except console and null end up in the kernel's log here, because the
 * others need a socket and a daemon that may not exist yet. */
static bool target_is_kmsg(const char *target)
{
	const char *scope = getenv("SYSTEMD_SCOPE");

	if (!target || streq(target, "auto"))
		return scope && streq(scope, "system");

	return !after_prefix(target, "console") && !streq(target, "null");
}

void log_setup(const char *program)
{
	const char *level = getenv("SYSTEMD_LOG_LEVEL"), *target = getenv("SYSTEMD_LOG_TARGET");

	log_program = program;
	if (level && level_from_string(level) >= 0)
		log_max_level = level_from_string(level);
	if (target && streq(target, "null"))
		log_fd = -1;
	log_is_kmsg = target_is_kmsg(target);
}

void log_to_open_kmsg(int fd)
{
	log_is_kmsg = log_is_open = true;
	log_fd = fd;
}

int log_to_kmsg(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return -errno;

	log_to_open_kmsg(fd);
	return 0;
}

/* At the first message: most boots have none. */
static void open_log(void)
{
	if (!log_is_kmsg || log_is_open)
		return;

	log_is_open = true;
	if (log_to_kmsg() < 0)
		log_is_kmsg = false;
}

void log_line(int level, const char *format, ...)
{
	char line[LINE_BYTES];
	size_t start = 0, end;
	va_list arguments;
	int n;

	if (level > log_max_level || log_fd < 0)
		return;

	open_log();
	if (log_is_kmsg)
		start = (size_t)snprintf(line, sizeof line, "<%d>%s[%d]: ", LOG_DAEMON | level,
					 log_program, getpid());
	va_start(arguments, format);
	n = vsnprintf(line + start, sizeof line - start - 1, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;

	end = start + (size_t)n < sizeof line - 2 ? start + (size_t)n : sizeof line - 2;
	for (size_t i = start; i < end; i++)
		if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
	line[end] = '\n';
	(void)!write(log_fd, line, end + 1);
}
