/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stopwatch: measures the time that a command takes, and the memory that files and the kernel use
 * meanwhile.
 *
 * usage: stopwatch - COMMAND [ARGUMENT...]
 *        stopwatch [+]ROOT INIT       INIT is PID 1 of a PID namespace with that root, beside
 * another program if there is a +. The time ends when it executes stopwatch, which reports that.
 *
 * Prints the nanoseconds, and the bytes before and at the peak. Those are for the whole
 * machine: the contents of tmpfs and ramfs, and what the kernel allocates for itself. Page cache
 * and programs do not count.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NS 2000000

static volatile bool over;

static long long now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long in_ns(struct timeval t)
{
	return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL;
}

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static long long used(void)
{
	static const char *const names[] = { "Shmem:", "Unevictable:", "Slab:" };
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	long long kilobytes = 0;
	char text[4096];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n < 0)
		die("/proc/meminfo");

	(void)close(fd);
	text[n] = 0;
	for (int i = 0; i < 3; i++) {
		const char *at = strstr(text, names[i]);

		kilobytes += at ? atoll(at + strlen(names[i])) : 0;
	}

	return kilobytes * 1024;
}

static void *sample(void *peak)
{
	while (!over) {
		long long bytes = used();

		if (bytes > *(long long *)peak)
			*(long long *)peak = bytes;
		(void)nanosleep(&(struct timespec){ .tv_nsec = SAMPLE_NS }, NULL);
	}

	return NULL;
}

static _Noreturn void execute(const char *root, char *argv[])
{
	bool in_company = root[0] == '+';

	if (root[0] != '-' && (chroot(root + in_company) < 0 || chdir("/") < 0))
		die(root);
	if (in_company && fork() == 0)
		for (;;)
			(void)pause();

	(void)execvp(argv[0], argv);
	die(argv[0]);
}

/* If the command is PID 1, the time that its namespace takes to end does not count. */
static long long run(const char *root, char *argv[])
{
	long long start, end = 0;
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0 || (root[0] != '-' && unshare(CLONE_NEWPID) < 0))
		die("stopwatch");

	start = now();
	pid = fork();
	if (pid == 0) {
		if (root[0] != '-' && dup2(fds[1], STDOUT_FILENO) < 0)
			die("dup2");
		execute(root, argv);
	}

	if (waitpid(pid, &status, 0) != pid || status != 0) {
		(void)fprintf(stderr, "stopwatch: '%s' failed (%#x)\n", argv[0], status);
		exit(EXIT_FAILURE);
	}

	if (root[0] == '-')
		return now() - start;
	if (read(fds[0], &end, sizeof end) != sizeof end)
		die("no end");

	return end - start;
}

int main(int argc, char *argv[])
{
	long long ns = now(), before, peak;
	struct rusage usage;
	pthread_t sampler;

	if (argc == 1)
		return write(STDOUT_FILENO, &ns, sizeof ns) == sizeof ns ? 0 : EXIT_FAILURE;

	before = peak = used();
	if (argc < 3 || pthread_create(&sampler, NULL, sample, &peak) != 0)
		die("stopwatch");

	ns = run(argv[1], argv + 2);
	over = true;
	(void)pthread_join(sampler, NULL);
	(void)getrusage(RUSAGE_CHILDREN, &usage);
	printf("%lld %lld %lld %lld\n", ns, in_ns(usage.ru_utime) + in_ns(usage.ru_stime), before,
	       peak);
	return EXIT_SUCCESS;
}
