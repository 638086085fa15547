/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which other programs run, according to a /proc made by the test. */
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc.h"
#include "test.h"

#define KERNEL 0x00208040
#define PROGRAM 0x00400000
#define SELF (-1) /* stands for the test's own PID */

struct process {
	int pid, parent;
	const char *name;
	char state;
	unsigned flags;
};

static void put(const struct process *process)
{
	int pid = process->pid == SELF ? getpid() : process->pid,
	    parent = process->parent == SELF ? getpid() : process->parent;
	char path[32];
	FILE *file;

	(void)snprintf(path, sizeof path, "%d", pid);
	CHECK_INT(mkdir(path, 0700), 0, path);
	(void)snprintf(path, sizeof path, "%d/stat", pid);
	file = fopen(path, "we");
	CHECK(file, "%s", path);
	fprintf(file, "%d (%s) %c %d 0 0 0 -1 %u 0 0 0 0 0 0 0\n", pid, process->name,
		process->state, parent, process->flags);
	(void)fclose(file);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void take_away(int pid)
{
	char path[32];

	(void)snprintf(path, sizeof path, "%d", pid);
	CHECK_INT(nftw(path, remove_one, 4, FTW_DEPTH | FTW_PHYS), 0, path);
}

static long now_ms(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void check(int proc, const struct process *more, int expected, bool waits)
{
	static const struct process always[] = {
		{ 2, 0, "kthreadd", 'S', KERNEL },
		{ 40, 2, "kworker/u4:1", 'I', KERNEL },
		{ SELF, 0, "test", 'R', PROGRAM },
	};
	long start;

	for (int i = 0; i < 3; i++)
		put(&always[i]);
	for (const struct process *p = more; p->pid; p++)
		put(p);

	start = now_ms();
	CHECK_INT(proc_has_other_programs(proc), expected, more->name ?: "nobody");
	CHECK((now_ms() - start >= 250) == waits, "%s: %ld ms", more->name ?: "nobody",
	      now_ms() - start);
	for (int i = 0; i < 3; i++)
		take_away(always[i].pid == SELF ? getpid() : always[i].pid);
	for (const struct process *p = more; p->pid; p++)
		take_away(p->pid);
}

/* The helper ends in time. */
static void check_short_helper(int proc)
{
	static const struct process kernel = { 2, 0, "kthreadd", 'S', KERNEL },
				    helper = { 70, 2, "modprobe", 'S', PROGRAM };
	const struct timespec time = { .tv_nsec = 50000000 };
	pid_t pid;

	put(&kernel);
	put(&helper);
	pid = fork();
	if (pid == 0) {
		(void)nanosleep(&time, NULL);
		take_away(70);
		_exit(EXIT_SUCCESS);
	}

	CHECK_INT(proc_has_other_programs(proc), 0, "a short helper");
	(void)waitpid(pid, NULL, 0);
	take_away(2);
}

int main(void)
{
	static const struct {
		struct process processes[4];
		int expected;
		bool waits;
	} table[] = {
		{ { { 0 } }, 0, false },
		{ { { 50, SELF, "daemon", 'S', PROGRAM } }, 1, false },
		{ { { 50, 1, "orphan", 'S', PROGRAM }, { 1, 0, "init", 'S', PROGRAM } }, 1, false },
		{ { { 50, 0, "from elsewhere", 'S', PROGRAM } }, 1, false },
		{ { { 50, SELF, "dead", 'Z', PROGRAM } }, 0, false },
		{ { { 50, 40, "a (b) S 2", 'S', PROGRAM } }, 1, true },
		{ { { 50, 2, "modprobe", 'R', PROGRAM } }, 1, true },
		{ { { 50, 40, "sh", 'S', PROGRAM }, { 51, 50, "insmod", 'D', PROGRAM } }, 1, true },
		{ { { 50, 40, "modprobe", 'S', PROGRAM }, { 51, SELF, "x", 'S', PROGRAM } },
		  1,
		  false },
		{ { { 50, 40, "modprobe", 'Z', PROGRAM }, { 51, 2, "kswapd0", 'S', KERNEL } },
		  0,
		  false },
	};
	char place[] = "/tmp/test-company.XXXXXX";
	_cleanup_close_ int proc = -EBADF;

	CHECK(mkdtemp(place), "mkdtemp");
	CHECK_INT(chdir(place), 0, place);
	proc = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		check(proc, table[i].processes, table[i].expected, table[i].waits);
	check_short_helper(proc);
	CHECK_INT(rmdir(place), 0, place);
	return TEST_RESULT;
}
