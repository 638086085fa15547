/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extra.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "cmdline.h"
#include "entries.h"
#include "text.h"
#include "words.h"

#define FIELDS 4

/* The number that the digits spell, or -EINVAL if there are fewer of them. */
static int32_t parse_digits(const char *text, int base, size_t n)
{
	int32_t value = 0;

	for (size_t i = 0; i < n; i++) {
		const char *digits = "0123456789abcdef", *found;

		found = text[i] ? strchr(digits, text[i] | (text[i] >= 'A' ? 0x20 : 0)) : NULL;
		if (!found || found - digits >= base)
			return -EINVAL;

		value = value * base + (int32_t)(found - digits);
	}

	return value;
}

static char *put_utf8(char *out, int32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

/* Decodes the escape after the backslash at *in, as in C. The result is never longer. */
static int unescape(const char **in, char **out)
{
	static const char letters[] = "abfnrtvs\\\"'", meanings[] = "\a\b\f\n\r\t\v \\\"'";
	static const struct {
		char letter;
		int base;
		size_t skipped, digits;
	} numbers[] = { { 'x', 16, 1, 2 }, { 'u', 16, 1, 4 }, { 'U', 16, 1, 8 } };
	const char *letter = **in ? strchr(letters, **in) : NULL;
	int32_t value;

	if (letter) {
		*(*out)++ = meanings[letter - letters];
		(*in)++;
		return 0;
	}
	for (size_t i = 0; i < ELEMENTSOF(numbers); i++) {
		if (**in != numbers[i].letter)
			continue;

		if (numbers[i].letter == 'U' && !after_prefix(*in, "U000") &&
		    !after_prefix(*in, "U0010"))
			return -EINVAL;
		value = parse_digits(*in + 1, numbers[i].base, numbers[i].digits);
		if (value <= 0)
			return -EINVAL;

		*in += 1 + numbers[i].digits;
		if (numbers[i].letter == 'x')
			*(*out)++ = (char)value;
		else
			*out = put_utf8(*out, value);
		return 0;
	}

	value = parse_digits(*in, 8, 3);
	if (value <= 0 || value > UINT8_MAX)
		return -EINVAL;

	*in += 3;
	*(*out)++ = (char)value;
	return 0;
}

/* Takes the next field off *cursor, which is NULL after the last one, and unescapes it in place.
 * Returns NULL if it is malformed. */
static char *next_field(char **cursor)
{
	char *field = *cursor, *out = field;
	const char *in = field;

	while (*in && *in != ':') {
		if (*in != '\\') {
			*out++ = *in++;
			continue;
		}

		in++;
		if (unescape(&in, &out) < 0)
			return NULL;
	}

	*cursor = *in ? field + (in - field) + 1 : NULL;
	*out = 0;
	return field;
}

/* WHAT:WHERE[:TYPE[:OPTIONS]], as mount_array_add() in systemd-fstab-generator reads it. */
static int add_mount(struct entries *entries, char *value, const char *origin, bool in_sysroot)
{
	char *fields[FIELDS] = {};
	struct entry entry = { .origin = origin, .in_sysroot = in_sysroot };

	for (size_t i = 0; i < FIELDS && value; i++) {
		fields[i] = next_field(&value);
		if (!fields[i])
			return 0;
	}
	/* A colon after the options is allowed if nothing follows it. */
	if (!fields[1] || (value && *value))
		return 0;

	entry.what = fields[0];
	entry.where = fields[1];
	entry.type = fields[2] ?: (char[]){ "" };
	entry.options = fields[3] ?: (char[]){ "" };
	if (in_sysroot && !entries_is_for_initrd(&entry, true))
		return 0;

	return entries_add(entries, &entry);
}

int extra_parse(char *text, bool is_initrd, struct extra *extra, struct entries *entries)
{
	char *word;
	int r = 0;

	/* Most command lines have neither parameter. */
	if (!strstr(text, "fstab") && !strstr(text, "mount-extra"))
		return 0;

	while (r == 0 && (word = words_next(&text))) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = 0;
		if (streq(word, "fstab") || streq(word, "rd.fstab")) {
			int is_on = value ? cmdline_parse_boolean(value) : true;

			if (is_on >= 0)
				extra->fstab = is_on;
		} else if (value && streq(word, "systemd.mount-extra")) {
			r = add_mount(entries, value, "systemd.mount-extra=", is_initrd);
		} else if (value && is_initrd && streq(word, "rd.systemd.mount-extra")) {
			r = add_mount(entries, value, "rd.systemd.mount-extra=", false);
		}
	}

	return r;
}
