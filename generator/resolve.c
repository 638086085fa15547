/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resolve.h"

#include "cmdline.h"
#include "plan.h"
#include "text.h"

/* "auto" is mount(8)'s word for a type that is not given; it probes block devices only. */
static const char *given_types(const char *fstype)
{
	return fstype && !streq(fstype, "auto") ? fstype : NULL;
}

static bool are_tag_types(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!item_is(type, length, "virtiofs") && !item_is(type, length, "9p"))
			return false;

	return true;
}

/* Finds out what root= names. The types stay NULL where nobody gave any, so that /usr can inherit
 * what was given, and nothing else. */
static void resolve_root(struct plan_mount *root, const struct cmdline *cmdline)
{
	static const struct {
		const char *prefix, *types;
	} spellings[] = {
		{ "fstag:", NULL },
		/* dracut's, see dracut.cmdline(7) */
		{ "virtiofs:", "virtiofs" },
		{ "9p:", "9p" },
		{ "virtfs:", "9p" },
	};
	const char *what = cmdline->root.what;

	root->source_parameter = "root";
	root->types = given_types(cmdline->root.fstype);
	root->types_parameter = "rootfstype";
	root->flags = cmdline->root.flags;
	root->flags_parameter = "rootflags";
	for (size_t i = 0; what && i < ELEMENTSOF(spellings); i++) {
		root->source = after_prefix(what, spellings[i].prefix);
		if (root->source) {
			root->types = spellings[i].types ?: root->types;
			root->ours = true;
			return;
		}
	}

	/* The kernel's own: such a type makes any root= a tag, and /dev/root is what it asks for
	 * without one (mount_root() in init/do_mounts.c). */
	if (root->types && are_tag_types(root->types) && (what || !cmdline->roothash)) {
		root->source = what ?: "/dev/root";
		root->ours = true;
	}
}

/* /usr inherits from root= whatever is not given, as in systemd-fstab-generator. */
static void resolve_usr(struct plan *plan, const struct cmdline *cmdline)
{
	const struct mount_parameters *given = &cmdline->usr;
	bool has_verity = cmdline->usrhash && cmdline->verity;
	struct plan_mount *usr = &plan->usr;

	plan->usr_requested = given->what || given->fstype || given->flags || has_verity;
	*usr = plan->root;
	if (given->what) {
		usr->source = after_prefix(given->what, "fstag:");
		usr->source_parameter = "mount.usr";
	}
	if (given_types(given->fstype)) {
		usr->types = given->fstype;
		usr->types_parameter = "mount.usrfstype";
	}
	if (given->flags) {
		usr->flags = given->flags;
		usr->flags_parameter = "mount.usrflags";
	}
	usr->ours = usr->source && plan->usr_requested && (given->what || !has_verity);
}

static void add_default_types(struct plan_mount *m)
{
	if (m->ours && !m->types)
		m->types = fs_type_of_source(m->source) ?: "virtiofs,9p";
}

void resolve(struct plan *plan, const struct cmdline *cmdline)
{
	resolve_root(&plan->root, cmdline);
	resolve_usr(plan, cmdline);
	add_default_types(&plan->root);
	add_default_types(&plan->usr);
}
