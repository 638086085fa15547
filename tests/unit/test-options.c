/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"
#include "test.h"

static void test_have(void)
{
	static const struct {
		const char *options;
		bool expected;
	} table[] = {
		{ "ro", true },	      { "a,ro", true }, { "ro=1", true },    { "", false },
		{ "rox", false },     { "xro", false }, { "a\\,ro", false }, { ",,ro,", true },
		{ "a=ro", false },    { "rw,x", true }, { "\\ro", false },   { "r", false },
		{ "a\\\\,ro", true },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		CHECK_INT(options_have(table[i].options, (option_names){ "ro", "rw" }),
			  table[i].expected, table[i].options);
}

static void test_last_value(void)
{
	static const struct {
		const char *options;
		int r;
		const char *value;
	} table[] = {
		{ "t=1,t=2", 1, "2" },	 { "t=1,t", 1, NULL },	    { "x", 0, NULL },
		{ "t=a\\,b", 1, "a,b" }, { "t=a\\\\b", 1, "a\\b" }, { "t=a\\xb", 1, "a\\xb" },
		{ "t=", 1, "" },	 { "tt=1", 0, NULL },	    { "t=a\\", 1, "a\\" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char *value = NULL;

		CHECK_INT(options_last_value(table[i].options, (option_names){ "t" }, &value),
			  table[i].r, table[i].options);
		CHECK_TEXT(value, table[i].value, table[i].options);
		free(value);
	}
}

static void test_without(void)
{
	static const struct {
		const char *options, *rest;
	} table[] = {
		{ "a,x,b", "a,b" },	  { "x", "" }, { ",,a,,b,", "a,b" }, { "x=1\\,2,c", "c" },
		{ "a\\,x,c", "a\\,x,c" }, { "", "" },  { "xa,ax", "xa,ax" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char *rest = NULL;

		CHECK_INT(options_without(table[i].options, (option_names){ "x" }, &rest), 0,
			  table[i].options);
		CHECK_TEXT(rest, table[i].rest, table[i].options);
		free(rest);
	}
}

static void test_values(void)
{
	char **values = NULL;

	CHECK_INT(options_values("a=1,b=2,a,a=3\\,4", "a", &values), 2, "count");
	CHECK_TEXT(values[0], "1", "first");
	CHECK_TEXT(values[1], "3,4", "second");
	CHECK_TEXT(values[2], NULL, "end");
	options_free_values(&values);
}

int main(void)
{
	test_have();
	test_last_value();
	test_without();
	test_values();
	CHECK_INT(options_prefer("fg,bg", "bg", "fg"), true, "bg last");
	CHECK_INT(options_prefer("bg,fg", "bg", "fg"), false, "fg last");
	CHECK_INT(options_prefer("x", "bg", "fg"), false, "neither");
	return TEST_RESULT;
}
