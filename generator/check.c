/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>

#include "fs-type.h"
#include "text.h"
#include "unit-name.h"

/* Decodes the UTF-8 character at p. Returns its length in bytes, or 0 if PID 1 would not accept it
 * (unichar_is_valid() in systemd's utf8.c). */
static size_t decode_utf8(const unsigned char *p, uint32_t *ret_character)
{
	static const uint32_t first_of_length[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = *p < 0x80	? 1
			: *p >> 5 == 6	? 2
			: *p >> 4 == 14 ? 3
			: *p >> 3 == 30 ? 4
					: 0;
	uint32_t c = length > 1 ? *p & (0x7fU >> length) : *p;

	if (length == 0)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}

	if (c < first_of_length[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ||
	    (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe)
		return 0;

	*ret_character = c;
	return length;
}

/* The control characters of ASCII and of Latin 1; a terminal takes one of the latter as the start
 * of a sequence. */
static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

const char *check_value(const char *text)
{
	uint32_t character;
	size_t length;

	for (const char *p = text; *p; p += length) {
		length = decode_utf8((const unsigned char *)p, &character);
		if (length == 0)
			return "is not UTF-8";
		if (is_control(character))
			return "has a control character";
	}

	return *text && text[strlen(text) - 1] == '\\' ? "ends in a backslash" : NULL;
}

bool check_is_block_device(const char *source)
{
	static const char *const tags[] = { "LABEL=", "UUID=", "PARTUUID=", "PARTLABEL=", "ID=" };

	for (size_t i = 0; i < ELEMENTSOF(tags); i++)
		if (after_prefix(source, tags[i]))
			return true;

	return unit_name_is_device_path(source) && !streq(source, "/dev/root");
}

static bool only_virtiofs_takes(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!item_is(type, length, "virtiofs"))
			return false;

	return true;
}

const char *check_source(const char *source, const char *types)
{
	size_t length = strlen(source);

	if (length == 0)
		return "is empty";
	if (source[0] == '-')
		return "starts with '-'";
	if (isblank((unsigned char)source[0]))
		return "starts with a blank";
	if (isblank((unsigned char)source[length - 1]))
		return "ends in a blank";
	if (check_value(source))
		return check_value(source);
	if (check_is_block_device(source))
		return "names a block device, which needs no fstag";
	if (only_virtiofs_takes(types) && length > VIRTIOFS_TAG_MAX)
		return "is longer than the 36 bytes of a virtiofs tag";
	if (length >= PATH_MAX)
		return "is too long";

	return NULL;
}

const char *check_types(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!fs_type_is_valid(type, length))
			return "has a type that is no module name";

	return NULL;
}
