/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <sys/mount.h>

#include "request.h"
#include "test.h"
#include "text.h"

static void check_accepted(void)
{
	static const struct {
		const char *text, *types, *source, *data, *all;
		unsigned long flags;
		bool has_access;
	} table[] = {
		{ "", NULL, NULL, NULL, NULL, 0, false },
		{ "fstag=9p:a", "9p", "a", NULL, NULL, 0, false },
		{ "rw,fstag=virtiofs+9p:my%20fs", "virtiofs,9p", "my fs", NULL, "rw", 0, true },
		{ "ro,rw,ro,fstag=9p:a:b", "9p", "a:b", NULL, "ro,rw,ro", MS_RDONLY, true },
		{ "noatime,msize=5,,dax", NULL, NULL, "msize=5,dax", "noatime,msize=5,dax",
		  MS_NOATIME, false },
		{ "nosuid,nodev,suid,user=x", NULL, NULL, NULL, "nosuid,nodev,suid,user=x",
		  MS_NODEV, false },
		{ "x-a=b,X-c,comment=d,nofail,_netdev,auto,x", NULL, NULL, "x",
		  "x-a=b,X-c,comment=d,nofail,_netdev,auto,x", 0, false },
		/* Of one more than once the last counts. */
		{ "fstag=9p:a,fstag=nfs+9p:b", "nfs,9p", "b", NULL, NULL, 0, false },
		/* An option's own commas. */
		{ "context=\"a,ro\",b\\,ro,fstag=9p:a", "9p", "a", "context=\"a,ro\",b\\,ro",
		  "context=\"a,ro\",b\\,ro", 0, false },
		/* Not those of fstag, not flags. */
		{ "fstag,fstagx=9p:a,ro=recursive", NULL, NULL, "fstag,fstagx=9p:a,ro=recursive",
		  "fstag,fstagx=9p:a,ro=recursive", 0, false },
	};

	for (size_t i = 0; i < ELEMENTSOF(table); i++) {
		struct request request;

		CHECK_INT(request_parse(&request, table[i].text), 0, table[i].text);
		CHECK_TEXT(request.types, table[i].types, table[i].text);
		CHECK_TEXT(request.source, table[i].source, table[i].text);
		CHECK_TEXT(request.data, table[i].data, table[i].text);
		CHECK_TEXT(request.all, table[i].all, table[i].text);
		CHECK_INT(request.flags, table[i].flags, table[i].text);
		CHECK_INT(request.has_access, table[i].has_access, table[i].text);
		request_done(&request);
	}
}

static void check_refused(void)
{
	static const char *const table[] = {
		"fstag=",	"fstag=a",	 "fstag=:a",	      "fstag=9p:",
		"fstag=9p+:a",	"fstag=+9p:a",	 "fstag=../x:a",      "fstag=9p:%0",
		"fstag=9p:%00", "fstag=9p,9p:a", "fstag=9p:a,fstag=",
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
