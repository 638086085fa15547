/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "spellings.h"

#include "check.h"
#include "cmdline.h"
#include "fs-type.h"
#include "input.h"
#include "plan.h"
#include "text.h"

/* "auto" is mount(8)'s word for a type that is not given; it probes block devices only. */
static const char *given_types(const char *fstype)
{
	return fstype && !streq(fstype, "auto") ? fstype : NULL;
}

bool spellings_are_tag_types(const char *types)
{
	FOREACH_ITEM (type, length, types)
		if (!item_is(type, length, "virtiofs") && !item_is(type, length, "9p"))
			return false;

	return true;
}

/* Whether the value names flash memory in the kernel's own syntax, and each of the types can be
 * there. */
static bool are_flash_types_of(const char *types, const char *what)
{
	const char *usual = fs_type_of_source(what);

	if (!usual)
		return false;

	FOREACH_ITEM (type, length, types)
		if (fs_type_wait(type, length, NULL) != fs_type_wait(usual, strlen(usual), NULL))
			return false;

	return true;
}

/* Determines what root= or mount.usr= names. fstype is what the stock generator would use as its
 * type: if that is virtiofs or 9p, any value is a tag (mount_root() in init/do_mounts.c). */
static void resolve_source(struct plan_mount *m, const char *what, const char *fstype)
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

	m->is_tag_by_type = false;
	for (size_t i = 0; i < ELEMENTSOF(spellings); i++) {
		m->source = after_prefix(what, spellings[i].prefix);
		if (m->source) {
			m->types = spellings[i].types ?: m->types;
			return;
		}
	}

	if (fstype && (spellings_are_tag_types(fstype) || are_flash_types_of(fstype, what))) {
		m->source = what;
		m->is_tag_by_type = true;
	}
}

static void resolve_flags(struct plan_mount *m, const char *name,
			  const struct mount_parameters *given, const struct input *input)
{
	struct parameter *p = &m->flags_parameter, last;

	m->flags = given->flags;
	*p = input_find_parameter(input, name, given->first_flags);
	last = input_find_parameter(input, name, given->last_flags);
	p->is_part = p->file && last.file != p->file;
}

/* The types stay NULL if none was given, so that /usr inherits only what was given. */
static void resolve_root(struct plan_mount *root, const struct cmdline *cmdline,
			 const struct input *input)
{
	const struct mount_parameters *given = &cmdline->root;

	root->source_parameter = input_find_parameter(input, "root", given->what);
	root->types = given_types(given->fstype);
	root->types_parameter = input_find_parameter(input, "rootfstype", given->fstype);
	resolve_flags(root, "rootflags", given, input);
	/* /dev/root is what the kernel asks for without root=. */
	if (given->what || !cmdline->roothash)
		resolve_source(root, given->what ?: "/dev/root", root->types);
	root->ours = root->source;
}

/* /usr inherits from root= whatever is not given, as in systemd-fstab-generator. */
static void resolve_usr(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
{
	const struct mount_parameters *given = &cmdline->usr;
	bool has_verity = cmdline->usrhash && cmdline->verity;
	struct plan_mount *usr = &plan->usr;

	plan->usr_requested = given->what || given->fstype || given->flags || has_verity;
	if (!plan->usr_requested)
		return;

	*usr = plan->root;
	if (given->fstype) {
		usr->types = given_types(given->fstype);
		usr->types_parameter =
			input_find_parameter(input, "mount.usrfstype", given->fstype);
	}
	if (given->flags)
		resolve_flags(usr, "mount.usrflags", given, input);
	if (given->what) {
		usr->source_parameter = input_find_parameter(input, "mount.usr", given->what);
		resolve_source(usr, given->what,
			       given_types(given->fstype ?: cmdline->root.fstype));
		/* A type that was meant for the root does not turn a block device name into a tag.
		 */
		if (usr->is_tag_by_type && !given->fstype && check_is_block_device(given->what))
			usr->source = NULL;
	}
	usr->ours = usr->source && (given->what || !has_verity);
}

static void add_default_types(struct plan_mount *m)
{
	if (m->ours && !m->types)
		m->types = fs_type_of_source(m->source) ?: "virtiofs,9p";
}

void spellings_resolve(struct plan *plan, const struct cmdline *cmdline, const struct input *input)
{
	resolve_root(&plan->root, cmdline, input);
	resolve_usr(plan, cmdline, input);
	add_default_types(&plan->root);
	add_default_types(&plan->usr);
}
