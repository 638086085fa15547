/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "entries.h"

#include <errno.h>
#include <mntent.h>
#include <stdlib.h>

#include "cleanup.h"
#include "options.h"
#include "spellings.h"
#include "text.h"
#include "unit-name.h"

static void entry_done(struct entry *entry)
{
	free(entry->what);
	free(entry->where);
	free(entry->type);
	free(entry->options);
	free(entry->unit);
}

/* Such a line makes no mount unit (parse_fstab() in systemd-fstab-generator). */
static bool is_ignored(const struct entry *entry)
{
	return streq(entry->type, "swap") || streq(entry->type, "autofs") ||
	       !strchr(entry->where, '/');
}

static struct entry *make_room(struct entries *entries, size_t n)
{
	struct entry *larger = reallocarray(entries->items, entries->n + n, sizeof *larger);

	if (!larger)
		return NULL;

	entries->items = larger;
	return larger + entries->n;
}

int entries_add(struct entries *entries, const struct entry *entry)
{
	struct entry *added;

	if (is_ignored(entry))
		return 0;

	added = make_room(entries, 1);
	if (!added)
		return -ENOMEM;

	*added = *entry;
	added->what = strdup(entry->what);
	added->where = strdup(entry->where);
	added->type = strdup(entry->type);
	added->options = strdup(entry->options);
	if (!added->what || !added->where || !added->type || !added->options) {
		entry_done(added);
		return -ENOMEM;
	}

	entries->n++;
	return 0;
}

bool entries_is_for_initrd(const struct entry *entry, bool with_root)
{
	_cleanup_free_ char *unit = NULL;

	if (options_have(entry->options, (option_names){ "x-initrd.mount" }))
		return true;
	if (unit_name_of_mount(entry->where, &unit) < 0)
		return false;

	return streq(unit, "usr.mount") || (with_root && streq(unit, "-.mount"));
}

int entries_add_lines(struct entries *entries, FILE *file, const struct entry *kind, bool with_root)
{
	struct mntent *line;
	int r = 0;

	while (r == 0 && (line = getmntent(file))) {
		struct entry entry = *kind;

		entry.what = line->mnt_fsname;
		entry.where = line->mnt_dir;
		entry.type = line->mnt_type;
		entry.options = line->mnt_opts;
		if (!entry.in_sysroot || entries_is_for_initrd(&entry, with_root))
			r = entries_add(entries, &entry);
	}

	return r;
}

int entries_move(struct entries *entries, struct entries *more)
{
	struct entry *end;

	if (more->n == 0)
		return 0;

	end = make_room(entries, more->n);
	if (!end)
		return -ENOMEM;

	memcpy(end, more->items, more->n * sizeof *end);
	entries->n += more->n;
	more->n = 0;
	return 0;
}

bool entry_is_share(const struct entry *entry)
{
	return spellings_are_tag_types(entry->type);
}

bool entries_have_share(const struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		if (entry_is_share(&entries->items[i]))
			return true;

	return false;
}

void entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		entry_done(&entries->items[i]);
	free(entries->items);
}
