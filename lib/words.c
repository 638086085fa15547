/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "words.h"

#include "text.h"

char *words_next(char **cursor)
{
	char *in = *cursor + strspn(*cursor, WHITESPACE);
	char *word = in, *out = in, quote = 0;

	if (!*in)
		return NULL;

	for (; *in; in++)
		if (quote ? *in == quote : *in == '"' || *in == '\'') {
			quote = quote ? 0 : *in;
		} else if (!quote && strchr(WHITESPACE, *in)) {
			in++;
			break;
		} else {
			*out++ = *in;
		}

	*cursor = in;
	*out = 0;
	return word;
}
