/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Executes a program as PID 1 of a PID namespace, in another root, and makes one of its system
 * calls fail: fault NUMBER ERRNO ROOT PROGRAM [ARGUMENT...]
 *
 * The calls of all its threads and children are counted, from 1 on. Counting starts at the first
 * getpid(2), with which fstag-init begins after the setup of libc, and ends when it executes
 * another program. Prints which call failed, or "none of COUNT", as the first line on standard
 * error. Exits with 77 on an unknown processor.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |  \
	 PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)
#define TASKS 64

struct injection {
	long number, seen;
	int error;
	pid_t failing; /* the thread that is in the call */
	long call;
	bool has_begun;
	int execs;
	/* Whether each thread's next stop is at the end of a call. */
	struct {
		pid_t pid;
		bool in_call;
	} tasks[TASKS];
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static _Noreturn void become_program(int go, const char *root, char *argv[])
{
	char byte;

	if (read(go, &byte, 1) != 1)
		_exit(EXIT_FAILURE);
	if (chroot(root) < 0 || chdir("/") < 0)
		die(root);
	(void)execv(argv[0], argv);
	die(argv[0]);
}

static bool *in_call(struct injection *injection, pid_t pid)
{
	for (int i = 0; i < TASKS; i++) {
		if (injection->tasks[i].pid == 0)
			injection->tasks[i].pid = pid;
		if (injection->tasks[i].pid == pid)
			return &injection->tasks[i].in_call;
	}

	abort();
}

/* umask(2) never fails, close(2) always closes, and if one of the others fails libc ends the
 * program. */
static bool is_spared(long call)
{
	return call == SYS_umask || call == SYS_close || call == SYS_futex || call == SYS_rseq;
}

static void at_call(struct injection *injection, pid_t pid)
{
	struct user_regs_struct regs;
	bool *is_end = in_call(injection, pid);

	*is_end = !*is_end;
	/* After the second execve(2) it is another program. */
	if (injection->execs != 1 || ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	if (!injection->has_begun) {
		injection->has_begun = !*is_end && regs.orig_rax == SYS_getpid;
		return;
	}

	if (*is_end && is_spared((long)regs.orig_rax))
		return;
	if (*is_end && ++injection->seen == injection->number) {
		injection->failing = pid;
		injection->call = (long)regs.orig_rax;
		regs.orig_rax = (unsigned long long)-1;
	} else if (!*is_end && injection->failing == pid) {
		injection->failing = 0;
		/* brk(2) reports a failure by a value below the requested one. */
		regs.rax = injection->call == SYS_brk ? 0 : (unsigned long long)-injection->error;
	} else {
		return;
	}
	(void)ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

/* Lets it run until it ends, and returns its status. */
static int trace(pid_t program, struct injection *injection)
{
	int status, result = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int signal = 0;

		if (!WIFSTOPPED(status)) {
			if (pid == program)
				result = status;
			continue;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			at_call(injection, pid);
		} else if (status >> 16 == PTRACE_EVENT_EXEC) {
			injection->execs++;
		} else if (status >> 16 == 0) {
			signal = WSTOPSIG(status);
			/* PID 1 of a namespace would receive it again and again. */
			if (signal == SIGSEGV || signal == SIGABRT) {
				(void)kill(program, SIGKILL);
				return signal;
			}
		}
		(void)ptrace(PTRACE_SYSCALL, pid, NULL, signal);
	}

	return result;
}

int main(int argc, char *argv[])
{
	struct injection injection = {};
	int go[2], status;
	pid_t pid;

	if (argc < 5)
		return EXIT_FAILURE;

	injection.number = atol(argv[1]);
	injection.error = atoi(argv[2]);
	if (pipe2(go, O_CLOEXEC) < 0 || unshare(CLONE_NEWPID) < 0)
		die("unshare");
	pid = fork();
	if (pid == 0)
		become_program(go[0], argv[3], argv + 4);
	if (ptrace(PTRACE_SEIZE, pid, NULL, OPTIONS) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0 || write(go[1], "", 1) != 1)
		die("ptrace");
	(void)close(go[0]);
	(void)close(go[1]);

	status = trace(pid, &injection);
	if (injection.seen < injection.number || injection.number == 0)
		fprintf(stderr, "none of %ld\n", injection.seen);
	else
		fprintf(stderr, "call %ld failed\n", injection.call);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#else

int main(void)
{
	return 77;
}

#endif
