/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real init of the tests: prints, line by line, what it was given, and exits. It does not
 * write to its root, which is compared afterwards.
 *
 * Executed by one of the paths in $AGAIN, separated by ":", it acts as an init of the image that
 * executes fstag-init, with the words of $NEXT as arguments.
 *
 * Executed as /company, it acts as an /init of the image that leaves a program behind and executes
 * fstag-init. That program waits until the real init runs, and prints whether it still has what was
 * mounted on /a.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

static int be_company(const sigset_t *signals)
{
	struct statfs fs;
	int number;

	(void)sigwait(signals, &number);
	printf("company %s\n",
	       statfs("/a", &fs) == 0 && fs.f_type == TMPFS_MAGIC ? "tmpfs" : "none");
	return EXIT_SUCCESS;
}

static int leave_company(char *argv[])
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	if (fork() == 0)
		return be_company(&signals);

	(void)execv("/fstag-init", argv);
	return EXIT_FAILURE;
}

static bool is_listed(const char *path, const char *list)
{
	size_t length = strlen(path);

	for (const char *found = list; found && (found = strstr(found, path)); found += length)
		if ((found == list || found[-1] == ':') && (!found[length] || found[length] == ':'))
			return true;

	return false;
}

static int run_again(const char *self)
{
	char *next = strdup(getenv("NEXT") ?: ""), *argv[16] = { (char *)"/fstag-init" };
	int n = 1;

	printf("again %s\n", self);
	(void)fflush(stdout);
	for (char *word = strtok(next, " "); word && n < 15; word = strtok(NULL, " "))
		argv[n++] = word;
	(void)execv(argv[0], argv);
	return EXIT_FAILURE;
}

int main(int argc, char *argv[], char *envp[])
{
	char directory[4096];
	struct rlimit limit;
	mode_t mask;

	if (strcmp(argv[0], "/company") == 0)
		return leave_company(argv);
	if (is_listed(argv[0], getenv("AGAIN")))
		return run_again(argv[0]);

	/* An /init of the image that has changed its working directory. */
	if (strcmp(argv[0], "/elsewhere") == 0)
		return chdir("/a/deep") < 0 ? EXIT_FAILURE : execv("/fstag-init", argv);

	mask = umask(0);
	for (int i = 0; i < argc; i++)
		printf("argument %s\n", argv[i]);
	for (; *envp; envp++)
		printf("environment %s\n", *envp);
	for (int fd = 3; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("descriptor %d\n", fd);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	printf("umask %o\n", mask);
	printf("files %lu %lu\n", (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
	printf("directory %s\n", getcwd(directory, sizeof directory) ? directory : "none");
	printf("pid %d\n", getpid());
	(void)fflush(stdout);

	/* It is PID 1, and all others end with it. */
	(void)kill(-1, SIGUSR1);
	while (wait(NULL) > 0)
		;
	return EXIT_SUCCESS;
}
