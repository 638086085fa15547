/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hints.h"

#include <stddef.h>
#include <strings.h>

#include "cmdline.h"
#include "log.h"
#include "plan.h"
#include "text.h"

#define SEPARATORS ":/=.,;"

/* The rest of a text that looks as if it was meant to name a tag, or NULL. */
static const char *after_near_miss(const char *what)
{
	static const char *const words[] = {
		"fstag", "fs-tag", "fstab", "virtiofs", "virtio-fs", "9p", "virtfs",
	};

	/* A cheap check first: most roots start with none of these letters. */
	if (!strchr("fFvV9", *what))
		return NULL;

	for (size_t i = 0; i < ELEMENTSOF(words); i++) {
		const char *rest = what + strlen(words[i]);

		if (strncasecmp(what, words[i], strlen(words[i])) != 0)
			continue;
		/* systemd has a root=fstab, see systemd-fstab-generator(8). */
		if (*rest ? strchr(SEPARATORS, *rest) != NULL : !streq(words[i], "fstab"))
			return rest + strspn(rest, SEPARATORS);
	}

	return NULL;
}

static void hint_near_miss(const struct parameter *p, const char *what)
{
	const char *rest = what ? after_near_miss(what) : NULL;

	if (rest)
		log_warning(PARAMETER_FORMAT
			    ": '%.200s' does not name a tag; did you mean %s=fstag:%.200s?",
			    PARAMETER_ARGUMENTS(p), what, p->name, *rest ? rest : "<tag>");
}

/* As in systemd, /usr inherits from any root; to inherit from a disk is hardly ever intended. */
static void hint_inherited(const struct plan *plan, const struct cmdline *cmdline)
{
	const struct plan_mount *usr = &plan->usr;
	bool has_type = plan->root.types && usr->types == plan->root.types;
	bool has_flags = !cmdline->usr.flags && usr->flags;

	if (!usr->ours || plan->root.ours || !cmdline->root.what || (!has_type && !has_flags))
		return;

	log_warning(PARAMETER_FORMAT ": '%.200s' inherits%s%.200s%s%s%.200s from another root; "
				     "set mount.usrfstype= or mount.usrflags= to override",
		    PARAMETER_ARGUMENTS(&usr->source_parameter), usr->source,
		    has_type ? " rootfstype=" : "", has_type ? usr->types : "",
		    has_type && has_flags ? " and" : "", has_flags ? " rootflags=" : "",
		    has_flags ? usr->flags : "");
}

/* The stock generator mounts the device with that type, which cannot work. */
static void hint_block_device(const struct plan *plan, const struct cmdline *cmdline)
{
	const struct plan_mount *usr = &plan->usr;

	if (usr->is_tag_by_type && !usr->ours && cmdline->usr.what)
		log_warning(PARAMETER_FORMAT ": '%.200s' is a block device and inherits "
					     "rootfstype=%.200s; set mount.usrfstype= to override",
			    PARAMETER_ARGUMENTS(&usr->source_parameter), cmdline->usr.what,
			    usr->types);
}

static void hint_stray(const struct stray_word *stray)
{
	const char *place = stray->file ?: "the kernel command line", *value = stray->value;

	switch (stray->kind) {
	case STRAY_UNKNOWN:
		log_warning("Unknown parameter %s= on %s, ignoring", stray->key, place);
		break;
	case STRAY_NO_VALUE:
		log_warning("Missing value of %s= on %s, ignoring", stray->key, place);
		break;
	case STRAY_TAG:
		log_warning("'%s%s%.200s' on %s has no effect; did you mean root=fstag:%.200s?",
			    stray->key, value ? "=" : "", value ?: "", place, stray->tag);
		break;
	}
}

void hints_log_strays(const struct cmdline *cmdline)
{
	for (size_t i = 0; i < cmdline->n_strays; i++)
		hint_stray(&cmdline->strays[i]);
}

void hints_log(const struct plan *plan, const struct cmdline *cmdline)
{
	if (!plan->root.ours)
		hint_near_miss(&plan->root.source_parameter, cmdline->root.what);
	if (!plan->usr.ours && cmdline->usr.what)
		hint_near_miss(&plan->usr.source_parameter, cmdline->usr.what);
	hint_inherited(plan, cmdline);
	hint_block_device(plan, cmdline);
}
