/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "find.h"

#include <errno.h>
#include <sys/stat.h>

static int entry(void *context, struct directory *directory, const char *name,
		 const struct statx *stx)
{
	const ino_t *inode = context;

	(void)directory;
	(void)name;
	return stx->stx_ino == *inode ? FIND_FOUND : 0;
}

static int enter(void *context, struct directory *directory)
{
	const ino_t *inode = context;
	struct stat st;

	if (fstat(directory->from, &st) < 0)
		return -errno;

	return st.st_ino == *inode ? FIND_FOUND : 0;
}

static int leave(void *context, struct directory *directory)
{
	(void)context;
	(void)directory;
	return 0;
}

const struct visitor find_visitor = { enter, entry, leave, NULL };
