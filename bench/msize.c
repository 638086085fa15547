/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The init of the root that msize.py boots: mounts the share "data" with each msize= and cache=,
 * reads its file from the start to the end and at random places, reports the times through the
 * kernel's log, and powers the machine off.
 *
 * The words of /etc/msize are the number of rounds and the values of msize=; 0 leaves it out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (1 << 20)
#define BLOCK 4096
#define BLOCKS 1000
#define VALUES_MAX 16

static char buffer[BUFFER];

static void say(const char *name, const char *cache, unsigned msize, unsigned round,
		long long value)
{
	char line[128];
	int n = snprintf(line, sizeof line, "FSTAG-REPORT value %s/%s/%u/%u %lld", name, cache,
			 msize, round, value);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;

	/* Not with dprintf(), which seeks first, and /dev/kmsg refuses that. */
	(void)!write(fd, line, (size_t)n);
	(void)close(fd);
}

static long long now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int read_all(int fd)
{
	ssize_t n;

	while ((n = read(fd, buffer, sizeof buffer)) > 0)
		;
	return n < 0 ? -errno : 0;
}

static int read_at_random(int fd, off_t size)
{
	/* The same places each time. */
	srandom(1);
	for (int i = 0; i < BLOCKS; i++)
		if (pread(fd, buffer, BLOCK, random() % (size / BLOCK) * BLOCK) != BLOCK)
			return -EIO;

	return 0;
}

/* For random reads, the share is mounted anew, so that nothing of the file is in memory. */
static int measure(const char *name, const char *cache, unsigned msize, unsigned round)
{
	char options[128] = "", limit[32] = "";
	struct stat status;
	long long start;
	int fd, r;

	if (msize > 0)
		(void)snprintf(limit, sizeof limit, ",msize=%u", msize);
	(void)snprintf(options, sizeof options, "trans=virtio,cache=%s%s", cache, limit);
	if (mount("data", "/tmp", "9p", MS_RDONLY, options) < 0)
		return -errno;

	fd = open("/tmp/file", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;

	start = now();
	r = strcmp(name, "random") == 0 ? read_at_random(fd, status.st_size) : read_all(fd);
	say(name, cache, msize, round, r < 0 ? r : now() - start);
	(void)close(fd);
	return umount("/tmp") < 0 ? -errno : r;
}

static int measure_all(void)
{
	unsigned rounds, values[VALUES_MAX], n = 0;
	FILE *file = fopen("/etc/msize", "re");
	int r = 0;

	if (!file || fscanf(file, "%u", &rounds) != 1)
		return -EINVAL;

	while (n < VALUES_MAX && fscanf(file, "%u", &values[n]) == 1)
		n++;
	(void)fclose(file);
	for (unsigned i = 0; i < rounds * n && r == 0; i++) {
		unsigned msize = values[i % n], round = i / n;

		r = measure("sequential", "none", msize, round);
		r = r ?: measure("random", "none", msize, round);
		r = r ?: measure("sequential", "loose", msize, round);
		r = r ?: measure("random", "loose", msize, round);
	}

	return r;
}

int main(void)
{
	int r = measure_all();

	say("end", "-", 0, 0, r);
	return reboot(RB_POWER_OFF);
}
