/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Assertions of the unit tests: each failure is a line on standard error and counts. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_failures;

#define CHECK(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);            \
			fprintf(stderr, __VA_ARGS__);                                              \
			fputc('\n', stderr);                                                       \
			test_failures++;                                                           \
		}                                                                                  \
	} while (0)

#define CHECK_INT(actual, expected, what)                                                          \
	do {                                                                                       \
		long long _a = (long long)(actual), _e = (long long)(expected);                    \
		CHECK(_a == _e, "%s: %lld, not %lld", what, _a, _e);                               \
	} while (0)

#define CHECK_TEXT(actual, expected, what)                                                         \
	do {                                                                                       \
		const char *_a = (actual), *_e = (expected);                                       \
		CHECK(_a &&_e ? strcmp(_a, _e) == 0 : _a == _e, "%s: '%s', not '%s'", what,        \
		      _a ?: "(none)", _e ?: "(none)");                                             \
	} while (0)

#define TEST_RESULT (test_failures ? EXIT_FAILURE : EXIT_SUCCESS)
