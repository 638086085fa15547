/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servers.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "cleanup.h"
#include "text.h"

#define AGAIN_USEC UINT64_C(500000)
/* The kernel would repeat its question at ever longer intervals. */
#define ANSWER_MS 2000
/* Name servers that do not answer take longer. */
#define SERVER_SEC 30
#define REASON_BYTES 512

struct servers {
	const char *list;
	sd_event_source *again, *end;
	pid_t child;
	char reason[REASON_BYTES];
};

static void cleanup_addresses(struct addrinfo **addresses)
{
	if (*addresses)
		freeaddrinfo(*addresses);
}

static int connect_to(const struct addrinfo *address)
{
	_cleanup_close_ int fd =
		socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd answer = { .fd = fd, .events = POLLOUT };
	int error = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return -errno;
	if (poll(&answer, 1, ANSWER_MS) <= 0)
		return -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error }) < 0)
		return -errno;

	return -error;
}

/* Returns NULL if the server answers, or why not. */
static const char *ask(const char *host, const char *port)
{
	_cleanup_(cleanup_addresses) struct addrinfo *addresses = NULL;
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	int r = getaddrinfo(host, port, &hints, &addresses), first_error = 0;

	if (r != 0)
		return r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r);

	for (const struct addrinfo *address = addresses; address; address = address->ai_next) {
		r = connect_to(address);
		if (r == 0)
			return NULL;
		if (first_error == 0)
			first_error = r;
	}

	return strerror(-first_error);
}

/* Writes the reason of the first server if none answers, and nothing but a newline if one does. */
static _Noreturn void attempt(const char *list, int fd)
{
	char reason[REASON_BYTES] = "";

	/* SIGTERM stays blocked, as in the parent, which ends the attempt itself: systemd sends the
	 * signal to both, and an attempt that ends without a reason would replace the last one. */
	FOREACH_ITEM (item, length, list) {
		_cleanup_free_ char *host = strndup(item, length);
		char *port = host ? strrchr(host, '/') : NULL;
		const char *why;

		if (!port)
			continue;

		*port++ = 0;
		/* For each, or a long list of silent servers would never be asked to its end. */
		(void)alarm(SERVER_SEC);
		why = ask(host, port);
		if (!why) {
			(void)TEMP_FAILURE_RETRY(write(fd, "\n", 1));
			_exit(EXIT_SUCCESS);
		}
		if (!*reason)
			(void)snprintf(reason, sizeof reason, "%s port %s: %s", host, port, why);
	}

	(void)TEMP_FAILURE_RETRY(write(fd, reason, strlen(reason)));
	_exit(EXIT_FAILURE);
}

static int try_again(struct servers *servers, const char *reason)
{
	int r;

	(void)snprintf(servers->reason, sizeof servers->reason, "%s", reason);
	r = sd_event_source_set_time_relative(servers->again, AGAIN_USEC);
	return r < 0 ? r : sd_event_source_set_enabled(servers->again, SD_EVENT_ONESHOT);
}

static int on_end(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct servers *servers = data;
	char text[REASON_BYTES];
	ssize_t n = TEMP_FAILURE_RETRY(read(fd, text, sizeof text - 1));
	sd_event *event = sd_event_source_get_event(s);
	int r;

	(void)revents;
	text[n > 0 ? n : 0] = 0;
	(void)TEMP_FAILURE_RETRY(waitpid(servers->child, NULL, 0));
	servers->child = 0;
	servers->end = sd_event_source_unref(servers->end);
	if (streq(text, "\n"))
		return sd_event_exit(event, 0);

	r = try_again(servers, *text ? text : "a name server does not answer");
	return r < 0 ? sd_event_exit(event, r) : 0;
}

static int start_attempt(struct servers *servers, sd_event *event)
{
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;

	r = sd_event_add_io(event, &servers->end, fds[0], EPOLLIN, on_end, servers);
	if (r < 0) {
		(void)close(fds[0]);
		(void)close(fds[1]);
		return r;
	}

	(void)sd_event_source_set_io_fd_own(servers->end, true);
	servers->child = fork();
	if (servers->child == 0)
		attempt(servers->list, fds[1]);

	r = servers->child < 0 ? -errno : 0;
	(void)close(fds[1]);
	if (r < 0)
		servers->end = sd_event_source_unref(servers->end);
	return r;
}

static int on_again(sd_event_source *s, uint64_t usec, void *data)
{
	struct servers *servers = data;
	sd_event *event = sd_event_source_get_event(s);
	int r = start_attempt(servers, event);

	(void)usec;
	/* A lack of memory, of processes or of descriptors may pass. */
	if (r < 0)
		r = try_again(servers, strerror(-r));
	/* The loop would go on without this handler. */
	return r < 0 ? sd_event_exit(event, r) : 0;
}

int servers_watch(const char *list, sd_event *event, struct servers **ret_servers)
{
	struct servers *servers = calloc(1, sizeof *servers);
	int r;

	if (!servers)
		return -ENOMEM;

	servers->list = list;
	r = sd_event_add_time_relative(event, &servers->again, CLOCK_MONOTONIC, 0, 0, on_again,
				       servers);
	if (r < 0) {
		servers_free(servers);
		return r;
	}

	*ret_servers = servers;
	return 0;
}

void servers_free(struct servers *servers)
{
	if (!servers)
		return;
	if (servers->child > 0) {
		(void)kill(servers->child, SIGKILL);
		(void)TEMP_FAILURE_RETRY(waitpid(servers->child, NULL, 0));
	}
	(void)sd_event_source_unref(servers->end);
	(void)sd_event_source_unref(servers->again);
	free(servers);
}

const char *servers_reason(const struct servers *servers)
{
	return *servers->reason ? servers->reason : "the first attempt has not ended";
}
