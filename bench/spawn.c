/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spawn: times a generator over many runs, alternating with others.
 *
 * usage: spawn RUNS COMMAND...
 *
 * Each COMMAND is a program that is called with three empty directories; they take turns, so that a
 * change in the machine's speed affects them all. Prints the median wall time of each in µs, on one
 * line.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	return ftw->level > 1 ? remove(path) : 0;
}

/* The wall time from the start of the program to its end, without emptying the directories. */
static double run(char *directory, char *program)
{
	char paths[3][4096];
	char *argv[] = { program, paths[0], paths[1], paths[2], NULL };
	static const char *const names[] = { "normal", "early", "late" };
	double start;
	int status;
	pid_t pid;

	for (int i = 0; i < 3; i++)
		(void)snprintf(paths[i], sizeof paths[i], "%s/%s", directory, names[i]);
	(void)nftw(directory, remove_one, 8, FTW_PHYS | FTW_DEPTH);

	start = now();
	if (posix_spawn(&pid, program, NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		fprintf(stderr, "spawn: '%s' does not run\n", program);
		exit(EXIT_FAILURE);
	}

	return now() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char *argv[])
{
	char directory[] = "/dev/shm/fstag-bench-XXXXXX", path[4096];
	int runs = argc > 2 ? atoi(argv[1]) : 0, programs = argc - 2;
	double *times = calloc((size_t)(runs > 0 ? runs * programs : 1), sizeof *times);

	if (runs < 1 || !times || !mkdtemp(directory)) {
		fprintf(stderr, "usage: spawn RUNS COMMAND...\n");
		return EXIT_FAILURE;
	}

	for (const char *const *name = (const char *const[]){ "normal", "early", "late", NULL };
	     *name; name++) {
		(void)snprintf(path, sizeof path, "%s/%s", directory, *name);
		(void)mkdir(path, 0755);
	}
	for (int i = -1; i < runs; i++)
		for (int p = 0; p < programs; p++) {
			double t = run(directory, argv[p + 2]);

			if (i >= 0)
				times[p * runs + i] = t;
		}
	for (int p = 0; p < programs; p++) {
		qsort(times + p * runs, (size_t)runs, sizeof *times, by_value);
		printf("%.0f ", times[p * runs + runs / 2]);
	}
	puts("");
	(void)snprintf(path, sizeof path, "rm -rf '%s'", directory);
	return system(path) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
