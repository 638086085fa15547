/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "real-init.h"

#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "text.h"

/* Our own path is as the kernel executed it: the name of a link, where that led to us. */
static bool is_self(const char *path)
{
	const char *self_path = (const char *)getauxval(AT_EXECFN);
	struct stat st, self;

	if (!self_path)
		return false;
	if (stat(self_path, &self) < 0 || stat(path, &st) < 0)
		return streq(path, self_path);

	return st.st_dev == self.st_dev && st.st_ino == self.st_ino;
}

void real_init_find(struct real_init *init, const char *named)
{
	const char *const candidates[] = {
		named,	     "/init",	"/usr/lib/systemd/systemd", "/sbin/init", "/etc/init",
		"/bin/init", "/bin/sh",
	};

	_Static_assert(ELEMENTSOF(candidates) <= REAL_INIT_MAX, "room for all");
	*init = (struct real_init){};
	for (size_t i = 0; i < ELEMENTSOF(candidates); i++)
		if (candidates[i] && !is_self(candidates[i]))
			init->paths[init->n++] = candidates[i];
}
