/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "text.h"

/* Takes the next option that is not empty off *cursor; returns its length, or 0 at the end. */
static size_t next_option(const char **cursor, const char **ret_option)
{
	const char *p = *cursor + strspn(*cursor, ",");

	*ret_option = p;
	while (*p && *p != ',')
		p += *p == '\\' && p[1] ? 2 : 1;

	*cursor = p;
	return (size_t)(p - *ret_option);
}

/* The entry of names that is the name of the option, or NULL. */
static const char *match(const char *option, size_t length, option_names names)
{
	for (const char *const *name = names; *name; name++) {
		size_t n = strlen(*name);

		if (n <= length && memcmp(option, *name, n) == 0 &&
		    (n == length || option[n] == '='))
			return *name;
	}

	return NULL;
}

bool options_have(const char *options, option_names names)
{
	const char *option;
	size_t length;

	while ((length = next_option(&options, &option)) > 0)
		if (match(option, length, names))
			return true;

	return false;
}

bool options_prefer(const char *options, const char *first, const char *second)
{
	const char *option, *last = NULL;
	size_t length;

	while ((length = next_option(&options, &option)) > 0)
		last = match(option, length, (option_names){ first, second }) ?: last;

	return last == first;
}

static char *copy_value(const char *value, size_t length)
{
	char *copy = malloc(length + 1), *out = copy;

	if (!copy)
		return NULL;

	for (size_t i = 0; i < length; i++) {
		if (value[i] == '\\' && i + 1 < length) {
			/* Any other escape stays as it is. */
			if (value[i + 1] != ',' && value[i + 1] != '\\')
				*out++ = value[i];
			i++;
		}
		*out++ = value[i];
	}

	*out = 0;
	return copy;
}

int options_last_value(const char *options, option_names names, char **ret_value)
{
	const char *option, *value = NULL;
	size_t length, value_length = 0;
	bool found = false;
	char *copy = NULL;

	while ((length = next_option(&options, &option)) > 0) {
		const char *name = match(option, length, names);
		size_t n = name ? strlen(name) : 0;

		if (!name)
			continue;

		found = true;
		value = n < length ? option + n + 1 : NULL;
		value_length = n < length ? length - n - 1 : 0;
	}

	if (value) {
		copy = copy_value(value, value_length);
		if (!copy)
			return -ENOMEM;
	}

	*ret_value = copy;
	return found;
}

void options_free_values(char ***values)
{
	for (char **value = *values; value && *value; value++)
		free(*value);
	free(*values);
}

int options_values(const char *options, const char *name, char ***ret_values)
{
	_cleanup_(options_free_values) char **values = NULL;
	const char *option;
	size_t length, n = strlen(name);
	int count = 0;

	while ((length = next_option(&options, &option)) > 0) {
		char **larger;

		if (!match(option, length, (option_names){ name }) || n == length)
			continue;

		larger = reallocarray(values, (size_t)count + 2, sizeof *values);
		if (!larger)
			return -ENOMEM;

		values = larger;
		values[count + 1] = NULL;
		values[count] = copy_value(option + n + 1, length - n - 1);
		if (!values[count++])
			return -ENOMEM;
	}

	*ret_values = TAKE_PTR(values);
	return count;
}

int options_append(char **options, const char *more)
{
	const char *old = *options ?: "";
	char *longer;

	if (asprintf(&longer, "%s%s%s", old, *old ? "," : "", more) < 0)
		return -ENOMEM;

	free(*options);
	*options = longer;
	return 0;
}

int options_without(const char *options, option_names names, char **ret_rest)
{
	char *rest = malloc(strlen(options) + 1), *out = rest;
	const char *option;
	size_t length;

	if (!rest)
		return -ENOMEM;

	while ((length = next_option(&options, &option)) > 0) {
		if (match(option, length, names))
			continue;

		if (out > rest)
			*out++ = ',';
		out = mempcpy(out, option, length);
	}

	*out = 0;
	*ret_rest = rest;
	return 0;
}
