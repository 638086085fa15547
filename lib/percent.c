/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "percent.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "text.h"

char *percent_encode(const char *text, const char *stays)
{
	char *encoded = malloc(strlen("%XX") * strlen(text) + 1), *out = encoded;

	if (!encoded)
		return NULL;

	for (; *text; text++)
		if (strchr(stays, *text))
			*out++ = *text;
		else
			out += sprintf(out, "%%%02X", (unsigned char)*text);

	*out = 0;
	return encoded;
}

int percent_decode(const char *text, char **ret_decoded)
{
	_cleanup_free_ char *decoded = malloc(strlen(text) + 1);
	char *out = decoded;

	if (!decoded)
		return -ENOMEM;

	for (; *text; text++) {
		char digits[3] = {};

		if (*text != '%') {
			*out++ = *text;
			continue;
		}
		if (!isxdigit((unsigned char)text[1]) || !isxdigit((unsigned char)text[2]))
			return -EINVAL;

		memcpy(digits, text + 1, 2);
		*out = (char)strtoul(digits, NULL, 16);
		if (!*out++)
			return -EINVAL;
		text += 2;
	}

	*out = 0;
	*ret_decoded = TAKE_PTR(decoded);
	return 0;
}
