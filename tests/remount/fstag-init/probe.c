/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real init of the tests: prints, line by line, what it was given, and ends. It writes nothing
 * into its root, which is compared afterwards.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char *argv[], char *envp[])
{
	char folder[4096];
	struct rlimit limit;
	mode_t mask = umask(0);

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
	printf("folder %s\n", getcwd(folder, sizeof folder) ? folder : "none");
	printf("pid %d\n", getpid());
	return EXIT_SUCCESS;
}
