/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit-name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "text.h"

#define NAME_CHARS LETTERS DIGITS ":-_.\\"
#define ESCAPED_MAX 4 /* what one byte may become: \x20 */

static bool stands_in(const char *chars, char c)
{
	return c && strchr(chars, c);
}

static char *put_byte(char *out, char c, const char *chars)
{
	if (c == '/')
		*out++ = '-';
	else if (stands_in(chars, c))
		*out++ = c;
	else
		out += sprintf(out, "\\x%02x", (unsigned char)c);

	return out;
}

/* - and \ belong to the escaping itself. A leading dot would hide the unit file. */
static char *escape(char *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		out = put_byte(out, text[i], i == 0 ? LETTERS DIGITS ":_" : LETTERS DIGITS ":_.");

	return out;
}

int unit_name_of_instance(const char *prefix, const char *text, size_t length, const char *suffix,
			  char **ret_name)
{
	_cleanup_free_ char *name =
		malloc(strlen(prefix) + length * ESCAPED_MAX + strlen(suffix) + 1);

	if (!name)
		return -ENOMEM;

	strcpy(escape(stpcpy(name, prefix), text, length), suffix);
	if (strlen(name) > UNIT_NAME_MAX)
		return -ENAMETOOLONG;

	*ret_name = TAKE_PTR(name);
	return 0;
}

static bool has_unit_type(const char *name)
{
	static const char *const types[] = {
		"service",   "mount", "swap", "socket", "target", "device",
		"automount", "timer", "path", "slice",	"scope",
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ELEMENTSOF(types); i++)
		if (streq(dot + 1, types[i]))
			return true;

	return false;
}

bool unit_name_is_valid(const char *name)
{
	const char *dot = strrchr(name, '.'), *at = strchr(name, '@');

	return strlen(name) <= UNIT_NAME_MAX && has_unit_type(name) && dot != name && at != name &&
	       strspn(name, NAME_CHARS "@") == strlen(name);
}

/* The path without empty and "." parts, and without its first slash; NULL with errno set if out of
 * memory (ENOMEM), or if a ".." makes it invalid for a unit (EINVAL). */
static char *simplify_path(const char *path)
{
	char *simple = malloc(strlen(path) + 1), *out = simple;

	if (!simple)
		return NULL;

	for (path += strspn(path, "/"); *path; path += strspn(path, "/")) {
		size_t length = strcspn(path, "/");

		if (item_is(path, length, "..")) {
			free(simple);
			errno = EINVAL;
			return NULL;
		}
		if (!item_is(path, length, ".")) {
			if (out > simple)
				*out++ = '/';
			out = mempcpy(out, path, length);
		}
		path += length;
	}

	*out = 0;
	return simple;
}

int unit_name_of_mount(const char *path, char **ret_name)
{
	_cleanup_free_ char *simple = simplify_path(path);

	if (!simple)
		return -errno;

	return unit_name_of_instance("", *simple ? simple : "/", *simple ? strlen(simple) : 1,
				     ".mount", ret_name);
}

static int mangle_path(const char *path, char **ret_name)
{
	_cleanup_free_ char *simple = simplify_path(path);
	const char *suffix = unit_name_is_device_path(path) ? ".device" : ".mount";

	if (!simple)
		return -errno;
	if (!*simple) {
		*ret_name = strdup("-.mount");
		return *ret_name ? 0 : -ENOMEM;
	}

	return unit_name_of_instance("", simple, strlen(simple), suffix, ret_name);
}

static int mangle_word(const char *text, char **ret_name)
{
	_cleanup_free_ char *name = malloc(strlen(text) * ESCAPED_MAX + strlen(".mount") + 1);
	char *out = name;

	if (!name)
		return -ENOMEM;

	for (; *text; text++)
		out = put_byte(out, *text, NAME_CHARS "@");
	*out = 0;
	if (!has_unit_type(name))
		strcpy(out, ".mount");
	if (!unit_name_is_valid(name))
		return -EINVAL;

	*ret_name = TAKE_PTR(name);
	return 0;
}

int unit_name_mangle(const char *text, char **ret_name)
{
	if (!*text)
		return -EINVAL;
	if (unit_name_is_valid(text)) {
		*ret_name = strdup(text);
		return *ret_name ? 0 : -ENOMEM;
	}
	if (*text == '/') {
		int r = mangle_path(text, ret_name);

		/* As in systemd, a path that has no unit name is escaped like any other word. */
		if (r != -EINVAL)
			return r == -ENAMETOOLONG ? -EINVAL : r;
	}

	return mangle_word(text, ret_name);
}

int unit_names_append(char **names, const char *name)
{
	size_t length = *names ? strlen(*names) + strlen(" ") : 0;
	char *longer = realloc(*names, length + strlen(name) + 1);

	if (!longer)
		return -ENOMEM;
	if (length > 0)
		longer[length - 1] = ' ';
	strcpy(longer + length, name);
	*names = longer;
	return 0;
}

bool unit_name_is_device_path(const char *path)
{
	const char *p = path;

	if (*p != '/')
		return false;

	/* "//dev" and "/./dev" are /dev too. */
	for (p += strspn(p, "/"); p[0] == '.' && p[1] == '/'; p += strspn(p, "/"))
		p++;
	p = after_prefix(p, "dev/") ?: after_prefix(p, "sys/");

	return p && p[strspn(p, "/")];
}
