/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "chase.h"
#include "cleanup.h"
#include "cmdline.h"
#include "entries.h"
#include "input.h"
#include "log.h"
#include "spellings.h"
#include "text.h"
#include "unit-name.h"

/* The mount point, as systemd finds it: without symbolic links as far as it exists. */
static int find_mount_point(const struct entry *entry, char **ret_path)
{
	_cleanup_free_ char *root = NULL, *chased = NULL;
	const char *sysroot = entry->in_sysroot ? "/sysroot" : "";
	int r;

	if (asprintf(&root, "%s%s", input_root(), sysroot) < 0) {
		root = NULL;
		return -ENOMEM;
	}

	r = chase(root, entry->where, &chased);
	if (r == -ENOMEM)
		return r;

	return asprintf(ret_path, "%s/%s", sysroot, chased ?: entry->where) < 0 ? -ENOMEM : 0;
}

static int find_unit(const struct entry *entry, char **ret_unit)
{
	_cleanup_free_ char *path = NULL, *unit = NULL;
	int r;

	r = find_mount_point(entry, &path);
	if (r == 0)
		r = unit_name_of_mount(path, &unit);
	if (r < 0)
		return r;

	/* The directory of its drop-ins has a longer name than the unit. */
	if (strlen(unit) + strlen(".d") > NAME_MAX)
		return -ENAMETOOLONG;

	*ret_unit = TAKE_PTR(unit);
	return 0;
}

/* The kernel's spelling needs no root=, and "root=fstab" leaves it to an entry. */
static bool names_root(const struct cmdline *cmdline)
{
	const struct mount_parameters *root = &cmdline->root;

	return root->what ? !streq(root->what, "fstab")
			  : cmdline->roothash ||
				    (root->fstype && spellings_are_tag_types(root->fstype));
}

static bool names_usr(const struct cmdline *cmdline)
{
	const struct mount_parameters *usr = &cmdline->usr;

	return usr->what ? !streq(usr->what, "fstab")
			 : usr->fstype || usr->flags || cmdline->usrhash;
}

/* Whether another unit of that name takes precedence over that of an entry. */
static bool is_taken(const char *unit, const struct cmdline *cmdline, bool is_initrd)
{
	/* The root of a running system is mounted already. */
	if (!is_initrd)
		return streq(unit, "-.mount");

	return (streq(unit, "sysroot.mount") && names_root(cmdline)) ||
	       (streq(unit, PLACE_SYSROOT_USR) && names_usr(cmdline));
}

static bool is_first(const struct entries *entries, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (entries->items[j].unit && streq(entries->items[j].unit, entries->items[i].unit))
			return false;

	return true;
}

int place_entries(struct entries *entries, const struct cmdline *cmdline, bool is_initrd)
{
	for (size_t i = 0; i < entries->n; i++) {
		struct entry *entry = &entries->items[i];
		int r = find_unit(entry, &entry->unit);

		if (r == -ENOMEM)
			return r;
		if (r == -ENAMETOOLONG && entry_is_share(entry))
			log_warning("%s: the mount point '%.200s' is too long for a drop-in, not "
				    "waiting for '%.200s'",
				    entry->origin, entry->where, entry->what);
	}

	for (size_t i = entries->n; i-- > 0;) {
		char **unit = &entries->items[i].unit;

		if (*unit && (!is_first(entries, i) || is_taken(*unit, cmdline, is_initrd))) {
			free(*unit);
			*unit = NULL;
		}
	}

	return 0;
}
