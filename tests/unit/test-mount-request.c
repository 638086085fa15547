/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "request.h"
#include "test.h"
#include "text.h"

static void check_accepted(void)
{
	static const struct {
		const char *text, *types, *source, *options;
	} table[] = {
		{ "", NULL, NULL, "" },
		{ "fstag=9p:a", "9p", "a", "" },
		{ "rw,fstag=virtiofs+9p:my%20fs", "virtiofs,9p", "my fs", "rw" },
		{ "ro,rw,ro,fstag=9p:a:b", "9p", "a:b", "ro,rw,ro" },
		{ "x-a=b,X-c,comment=d,nofail,x", NULL, NULL, "x-a=b,X-c,comment=d,nofail,x" },
		/* If it is given more than once, the last one counts. */
		{ "fstag=9p:a,fstag=nfs+9p:b,x", "nfs,9p", "b", "x" },
		/* An option with commas of its own. */
		{ "context=\"a,ro\",fstag=9p:a,b", "9p", "a", "context=\"a,ro\",b" },
		/* Options that only resemble those of fstag. */
		{ "fstagx=9p:a,ro=recursive", NULL, NULL, "fstagx=9p:a,ro=recursive" },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		struct request request;

		CHECK_INT(request_parse(&request, table[i].text), 0, table[i].text);
		CHECK_TEXT(request.types, table[i].types, table[i].text);
		CHECK_TEXT(request.source, table[i].source, table[i].text);
		CHECK_TEXT(request.options ?: "", table[i].options, table[i].text);
		request_done(&request);
	}
}

static void check_refused(void)
{
	static const char *const table[] = {
		"fstag=",	 "fstag=a",	  "fstag=:a",	       "fstag=9p:",
		"fstag=9p+:a",	 "fstag=+9p:a",	  "fstag=../x:a",      "fstag=9p:%0",
		"fstag=9p:%00",	 "fstag=9p,9p:a", "fstag=9p:a,fstag=", "fstag",
		"fstag=fstag:a",
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		struct request request;

		CHECK_INT(request_parse(&request, table[i]), -EINVAL, table[i]);
		request_done(&request);
	}
}

int main(void)
{
	check_accepted();
	check_refused();
	return TEST_RESULT;
}
