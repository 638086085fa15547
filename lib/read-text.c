/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "read-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

int read_text(int dir, const char *name, char **ret_text)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t size = 0, used = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;

	do {
		if (size - used < 2) {
			char *larger = realloc(text, size += 4096);

			if (!larger)
				return -ENOMEM;

			text = larger;
		}

		n = read(fd, text + used, size - used - 1);
		if (n < 0)
			return -errno;

		used += (size_t)n;
	} while (n > 0);

	text[used] = 0;
	*ret_text = TAKE_PTR(text);
	return 0;
}
