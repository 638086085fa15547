/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "cleanup.h"

static _Noreturn void execute(int (*function)(void), int fd)
{
	int r = function();
	char byte;

	if (write(fd, &r, sizeof r) == sizeof r)
		(void)TEMP_FAILURE_RETRY(read(fd, &byte, 1));
	_exit(EXIT_SUCCESS);
}

/* The exit status cannot carry the result: it is lost if SIGCHLD is ignored, which a program
 * inherits from its parent. */
static int receive(int fd)
{
	ssize_t n;
	int r;

	n = TEMP_FAILURE_RETRY(read(fd, &r, sizeof r));
	if (n < 0)
		return -errno;

	return n == sizeof r ? r : -ECHILD;
}

int child_start(int (*function)(void), struct child *ret_child)
{
	struct child child;
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;

	child.fd = fds[0];
	child.pid = fork();
	if (child.pid == 0) {
		(void)close(fds[0]);
		execute(function, fds[1]);
	}

	r = child.pid < 0 ? -errno : 0;
	(void)close(fds[1]);
	if (r < 0) {
		(void)close(fds[0]);
		return r;
	}

	r = receive(child.fd);
	if (r < 0)
		child_end(&child);
	else
		*ret_child = child;
	return r;
}

void child_end(const struct child *child)
{
	(void)close(child->fd);
	(void)TEMP_FAILURE_RETRY(waitpid(child->pid, NULL, 0));
}

int child_run(int (*function)(void))
{
	struct child child;
	int r;

	r = child_start(function, &child);
	if (r >= 0)
		child_end(&child);
	return r;
}
