/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The log of programs that run before the journal does. It honours $SYSTEMD_LOG_LEVEL,
 * $SYSTEMD_LOG_TARGET and $SYSTEMD_SCOPE as systemd's generators do, but without libsystemd.
 */
#pragma once

#include <string.h>
#include <syslog.h>

/*
 * Decides where the messages go and which levels are logged; program precedes each of them.
 *
 * Under PID 1 ($SYSTEMD_SCOPE=system) journald may not run yet, and they go to /dev/kmsg, as those
 * of systemd's own generators do; else to standard error. Call it once, before any other function.
 */
void log_setup(const char *program);

/* Sends all messages to /dev/kmsg, whatever the environment says. Returns 0, or a negative errno if
 * it cannot be opened, and then nothing changes. */
int log_to_kmsg(void);

/* Sends them to an open /dev/kmsg, of which it takes ownership. Negative: nowhere. */
void log_to_open_kmsg(int fd);

/* Writes one line. Non-ASCII and control characters become '?', so that none of them affects a
 * terminal. */
void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)

/* Logs an error and returns r: return log_error_errno(r, "Failed to ... '%s'", path). */
#define log_error_errno(r, format, ...)                                                            \
	({                                                                                         \
		int _r = (r);                                                                      \
		log_line(LOG_ERR, format ": %s", ##__VA_ARGS__, strerror(-_r));                    \
		_r;                                                                                \
	})
