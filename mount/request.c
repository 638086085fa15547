/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "cleanup.h"
#include "fs-type.h"
#include "percent.h"
#include "text.h"

/* Linux 5.10; not in the headers of every libc. */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

/* What mount(2) takes as a flag: libmount's linux_flags_map. */
static const struct {
	const char *name;
	unsigned long set, clear;
} flags[] = {
	{ "ro", MS_RDONLY, 0 },
	{ "rw", 0, MS_RDONLY },
	{ "nosuid", MS_NOSUID, 0 },
	{ "suid", 0, MS_NOSUID },
	{ "nodev", MS_NODEV, 0 },
	{ "dev", 0, MS_NODEV },
	{ "noexec", MS_NOEXEC, 0 },
	{ "exec", 0, MS_NOEXEC },
	{ "sync", MS_SYNCHRONOUS, 0 },
	{ "async", 0, MS_SYNCHRONOUS },
	{ "dirsync", MS_DIRSYNC, 0 },
	{ "remount", MS_REMOUNT, 0 },
	{ "silent", MS_SILENT, 0 },
	{ "loud", 0, MS_SILENT },
	{ "mand", MS_MANDLOCK, 0 },
	{ "nomand", 0, MS_MANDLOCK },
	{ "iversion", MS_I_VERSION, 0 },
	{ "noiversion", 0, MS_I_VERSION },
	{ "noatime", MS_NOATIME, 0 },
	{ "atime", 0, MS_NOATIME },
	{ "nodiratime", MS_NODIRATIME, 0 },
	{ "diratime", 0, MS_NODIRATIME },
	{ "relatime", MS_RELATIME, 0 },
	{ "norelatime", 0, MS_RELATIME },
	{ "strictatime", MS_STRICTATIME, 0 },
	{ "nostrictatime", 0, MS_STRICTATIME },
	{ "lazytime", MS_LAZYTIME, 0 },
	{ "nolazytime", 0, MS_LAZYTIME },
	{ "nosymfollow", MS_NOSYMFOLLOW, 0 },
	{ "symfollow", 0, MS_NOSYMFOLLOW },
	/* For those who read fstab(5), not for the kernel. */
	{ "defaults", 0, 0 },
	{ "auto", 0, 0 },
	{ "noauto", 0, 0 },
	{ "user", 0, 0 },
	{ "nouser", 0, 0 },
	{ "users", 0, 0 },
	{ "nousers", 0, 0 },
	{ "owner", 0, 0 },
	{ "noowner", 0, 0 },
	{ "group", 0, 0 },
	{ "nogroup", 0, 0 },
	{ "nofail", 0, 0 },
	{ "_netdev", 0, 0 },
};

/* The same with any value. */
static const char *const ignored[] = { "x-", "X-", "comment=", "uhelper=", "helper=", "user=" };

static size_t option_length(const char *option)
{
	bool quoted = false;
	const char *p;

	for (p = option; *p; p++)
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == ',' && !quoted)
			break;

	return (size_t)(p - option);
}

static int append(char **list, const char *option, size_t length)
{
	char *longer;

	if (asprintf(&longer, "%s%s%.*s", *list ?: "", *list ? "," : "", (int)length, option) < 0)
		return -ENOMEM;

	free(*list);
	*list = longer;
	return 0;
}

static bool parse_flag(struct request *request, const char *option, size_t length)
{
	for (size_t i = 0; i < ELEMENTSOF(flags); i++)
		if (item_is(option, length, flags[i].name)) {
			request->flags = (request->flags & ~flags[i].clear) | flags[i].set;
			request->has_access |= (flags[i].set | flags[i].clear) == MS_RDONLY;
			return true;
		}

	return false;
}

static bool is_ignored(const char *option, size_t length)
{
	for (size_t i = 0; i < ELEMENTSOF(ignored); i++)
		if (strlen(ignored[i]) <= length && after_prefix(option, ignored[i]))
			return true;

	return false;
}

/* "<type>[+<type>...]:<source>", the source encoded. */
static int parse_fstag(struct request *request, const char *value, size_t length)
{
	_cleanup_free_ char *text = strndup(value, length);
	char *colon, *types, *source;
	int r;

	if (!text)
		return -ENOMEM;

	colon = strchr(text, ':');
	if (!colon || !colon[1])
		return -EINVAL;

	*colon = 0;
	for (char *p = text; (p = strchr(p, '+')); p++)
		*p = ',';
	FOREACH_ITEM (type, n, text)
		if (!fs_type_is_valid(type, n))
			return -EINVAL;

	r = percent_decode(colon + 1, &source);
	if (r < 0)
		return r;

	types = TAKE_PTR(text);
	free(request->types);
	free(request->source);
	request->types = types;
	request->source = source;
	return 0;
}

int request_parse(struct request *request, const char *text)
{
	int r = 0;

	*request = (struct request){};
	for (size_t length; r == 0 && *text; text += length + (text[length] == ',')) {
		const char *value = after_prefix(text, "fstag=");

		length = option_length(text);
		if (value) {
			r = parse_fstag(request, value, length - strlen("fstag="));
			continue;
		}

		if (length > 0)
			r = append(&request->all, text, length);
		if (r == 0 && length > 0 && !parse_flag(request, text, length) &&
		    !is_ignored(text, length))
			r = append(&request->data, text, length);
	}

	return r;
}

void request_done(struct request *request)
{
	free(request->types);
	free(request->source);
	free(request->data);
	free(request->all);
}
