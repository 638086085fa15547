/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The log of programs that run before there is a journal. It knows what systemd's generators know
 * of $SYSTEMD_LOG_LEVEL, $SYSTEMD_LOG_TARGET and $SYSTEMD_SCOPE, without libsystemd.
 */
#pragma once

#include <syslog.h>

/*
 * Decides where the messages go and from which level on; program stands before each of them.
 *
 * Under PID 1 ($SYSTEMD_SCOPE=system) journald may not be up, and they go to /dev/kmsg, as those
 * of systemd's own generators do; else to standard error. Call it once, first.
 */
void log_setup(const char *program);

/* Has all messages go to /dev/kmsg, whatever the environment says. Returns 0, or a negative errno
 * where it cannot be opened, and then they go where they went. */
int log_to_kmsg(void);

/* Has them go to a /dev/kmsg that is open already and is taken over. Negative: nowhere. */
void log_to_open_kmsg(int fd);

/* Writes one line. What is not plain ASCII becomes '?', so that nothing acts on a terminal. */
void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/* Logs an error and gives r back: return log_error_errno(r, "Failed to ... '%s'", path). */
#define log_error_errno(r, format, ...)                                                            \
	({                                                                                         \
		int _r = (r);                                                                      \
		log_line(LOG_ERR, format ": %s", ##__VA_ARGS__, strerror(-_r));                    \
		_r;                                                                                \
	})
