/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs in the initrd while it waits: writes each uevent of a virtio or virtiofs device to the
 * kernel's log, with CLOCK_MONOTONIC in microseconds, the clock of systemd's timestamps too.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct uevent {
	const char *action, *subsystem, *driver, *devpath;
};

static const char *value(const char *entry, const char *key, const char *otherwise)
{
	size_t n = strlen(key);

	return strncmp(entry, key, n) == 0 && entry[n] == '=' ? entry + n + 1 : otherwise;
}

static struct uevent parse(const char *data, size_t size)
{
	struct uevent event = { "-", "-", "-", "-" };

	for (const char *p = data; p < data + size; p += strlen(p) + 1) {
		event.action = value(p, "ACTION", event.action);
		event.subsystem = value(p, "SUBSYSTEM", event.subsystem);
		event.driver = value(p, "DRIVER", event.driver);
		event.devpath = value(p, "DEVPATH", event.devpath);
	}
	return event;
}

int main(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	char data[16384], line[900];
	ssize_t size;

	if (fd < 0 || log < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 1;

	for (;;) {
		struct timespec now;
		struct uevent event;

		size = recv(fd, data, sizeof(data) - 1, 0);
		/* Coldplug may produce more events at once than a slow guest reads. */
		if (size < 0 && errno == ENOBUFS)
			continue;
		if (size < 0)
			return 1;

		clock_gettime(CLOCK_MONOTONIC, &now);
		data[size] = '\0';
		event = parse(data, size);
		if (strncmp(event.subsystem, "virtio", strlen("virtio")) != 0)
			continue;
		size = snprintf(line, sizeof(line), "FSTAG-REPORT uevent %lld %s %s %s %s",
				now.tv_sec * 1000000LL + now.tv_nsec / 1000, event.action,
				event.subsystem, event.driver, event.devpath);
		(void)!write(log, line, size);
	}
}
