/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"

#define MODE_BITS 07777
/* In addition to name and value: simple_xattr_space() in the kernel's fs/xattr.c, since Linux 6.6.
 */
#define XATTR_SPACE 40

static struct timespec to_timespec(const struct statx_timestamp *t)
{
	return (struct timespec){ .tv_sec = t->tv_sec, .tv_nsec = (long)t->tv_nsec };
}

void attributes_from_statx(struct attributes *a, const struct statx *stx)
{
	*a = (struct attributes){
		.mode = stx->stx_mode,
		.uid = stx->stx_uid,
		.gid = stx->stx_gid,
		.times = { to_timespec(&stx->stx_atime), to_timespec(&stx->stx_mtime) },
	};
}

static ssize_t list_xattrs(int fd, const char *name, char *list, size_t size)
{
	ssize_t n = fd >= 0 ? flistxattr(fd, list, size) : llistxattr(name, list, size);

	return n >= 0 ? n : -errno;
}

static ssize_t get_xattr(int fd, const char *name, const char *key, void *value, size_t size)
{
	ssize_t n = fd >= 0 ? fgetxattr(fd, key, value, size) : lgetxattr(name, key, value, size);

	return n >= 0 ? n : -errno;
}

static int set_xattr(int fd, const char *name, const char *key, const void *value, size_t size)
{
	int r = fd >= 0 ? fsetxattr(fd, key, value, size, 0) : lsetxattr(name, key, value, size, 0);

	/* ramfs has none at all, tmpfs has "user." since Linux 6.6. */
	return r < 0 && errno != EOPNOTSUPP ? -errno : 0;
}

static int append_xattr(struct attributes *a, int fd, const char *name, const char *key)
{
	ssize_t size = get_xattr(fd, name, key, NULL, 0);
	size_t key_size = strlen(key) + 1, value_size = (size_t)size;
	char *larger, *out;

	if (size < 0)
		return (int)size;

	larger = realloc(a->xattrs, a->xattrs_size + key_size + sizeof value_size + value_size);
	if (!larger)
		return -ENOMEM;

	a->xattrs = larger;
	out = mempcpy(larger + a->xattrs_size, key, key_size);
	out = mempcpy(out, &value_size, sizeof value_size);
	size = get_xattr(fd, name, key, out, value_size);
	if (size < 0)
		return (int)size;
	if ((size_t)size != value_size)
		return -EAGAIN;

	a->xattrs_size += key_size + sizeof value_size + value_size;
	return 0;
}

int attributes_read_xattrs(struct attributes *a, int fd, const char *name)
{
	_cleanup_free_ char *list = NULL;
	ssize_t size = list_xattrs(fd, name, NULL, 0);
	int r;

	if (size == -EOPNOTSUPP || size == 0)
		return 0;
	if (size < 0)
		return (int)size;

	list = malloc((size_t)size);
	if (!list)
		return -ENOMEM;

	size = list_xattrs(fd, name, list, (size_t)size);
	if (size < 0)
		return (int)size;

	for (const char *key = list; key < list + size; key += strlen(key) + 1) {
		r = append_xattr(a, fd, name, key);
		if (r < 0)
			return r;
	}

	return 0;
}

int attributes_read(struct attributes *a, int fd, bool is_ramfs)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &stx) < 0)
		return -errno;

	attributes_from_statx(a, &stx);
	return is_ramfs ? 0 : attributes_read_xattrs(a, fd, NULL);
}

/* Reads one of them in the format of append_xattr(); returns where the next one starts. */
static const char *read_xattr(const char *in, const char **ret_key, const char **ret_value,
			      size_t *ret_size)
{
	*ret_key = in;
	in += strlen(in) + 1;
	memcpy(ret_size, in, sizeof *ret_size);
	*ret_value = in + sizeof *ret_size;
	return *ret_value + *ret_size;
}

uint64_t attributes_xattr_space(const struct attributes *a)
{
	const char *in = a->xattrs, *key, *value;
	uint64_t space = 0;
	size_t size;

	while (in < a->xattrs + a->xattrs_size) {
		in = read_xattr(in, &key, &value, &size);
		space += XATTR_SPACE + strlen(key) + size;
	}

	return space;
}

static void keep_first(int *r, int k)
{
	if (*r == 0)
		*r = k;
}

static int apply_xattrs(const struct attributes *a, int fd, const char *name)
{
	const char *in = a->xattrs, *key, *value;
	size_t size;
	int r = 0;

	while (in < a->xattrs + a->xattrs_size) {
		in = read_xattr(in, &key, &value, &size);
		keep_first(&r, set_xattr(fd, name, key, value, size));
	}

	return r;
}

static bool has_special_bits(const struct attributes *a)
{
	return a->mode & (S_ISUID | S_ISGID | S_ISVTX);
}

static bool is_roots(const struct attributes *a)
{
	return a->uid == 0 && a->gid == 0;
}

/* In this order: changing the owner clears set-id bits and security.capability, and an ACL and the
 * mode overlap. Times last, because everything else may change them. */
int attributes_apply(const struct attributes *a, int fd, bool is_new)
{
	int r = 0;

	if (!(is_new && is_roots(a)) && fchown(fd, a->uid, a->gid) < 0)
		keep_first(&r, -errno);
	if (!(is_new && !has_special_bits(a)) && fchmod(fd, a->mode & MODE_BITS) < 0)
		keep_first(&r, -errno);

	keep_first(&r, apply_xattrs(a, fd, NULL));
	if (futimens(fd, a->times) < 0)
		keep_first(&r, -errno);
	return r;
}

int attributes_apply_at(const struct attributes *a, int dir, const char *name, bool is_new)
{
	/* Symbolic links have no mode, and fchmodat(2) follows them. */
	bool has_mode = !S_ISLNK(a->mode);
	int r = 0;

	if (!(is_new && is_roots(a)) &&
	    fchownat(dir, name, a->uid, a->gid, AT_SYMLINK_NOFOLLOW) < 0)
		keep_first(&r, -errno);
	if (has_mode && !(is_new && !has_special_bits(a)) &&
	    fchmodat(dir, name, a->mode & MODE_BITS, 0) < 0)
		keep_first(&r, -errno);

	keep_first(&r, apply_xattrs(a, -EBADF, name));
	if (utimensat(dir, name, a->times, AT_SYMLINK_NOFOLLOW) < 0)
		keep_first(&r, -errno);
	return r;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool attributes_are(const struct attributes *a, int fd, bool is_ramfs)
{
	_cleanup_(attributes_done) struct attributes own = {};

	return attributes_read(&own, fd, is_ramfs) >= 0 && own.mode == a->mode &&
	       own.uid == a->uid && own.gid == a->gid &&
	       is_same_time(&own.times[0], &a->times[0]) &&
	       is_same_time(&own.times[1], &a->times[1]) && own.xattrs_size == a->xattrs_size &&
	       (own.xattrs_size == 0 || memcmp(own.xattrs, a->xattrs, own.xattrs_size) == 0);
}

void attributes_done(struct attributes *a)
{
	free(a->xattrs);
	a->xattrs = NULL;
	a->xattrs_size = 0;
}
