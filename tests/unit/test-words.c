/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test.h"
#include "words.h"

int main(void)
{
	static const struct {
		const char *text;
		const char *words[4];
	} table[] = {
		{ "", {} },
		{ " \t\r\n", {} },
		{ "a b", { "a", "b" } },
		{ "  a\tb\n", { "a", "b" } },
		{ "root=\"a b\" c", { "root=a b", "c" } },
		{ "ro'ot=a'\" b\"", { "root=a b" } },
		{ "a 'b c", { "a", "b c" } },
		{ "'it''s' \"a'b\"", { "its", "a'b" } },
		{ "a\\ b", { "a\\", "b" } },
		{ "\"a\\\" b", { "a\\", "b" } },
		{ "'' x", { "", "x" } },
		{ "a\"\"", { "a" } },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char *text = strdup(table[i].text), *cursor = text;

		for (const char *const *word = table[i].words; *word; word++)
			CHECK_TEXT(words_next(&cursor), *word, table[i].text);
		CHECK_TEXT(words_next(&cursor), NULL, table[i].text);
		free(text);
	}

	return TEST_RESULT;
}
