/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foreign.h"

#include <limits.h>
#include <sys/stat.h>

#include "input.h"
#include "log.h"
#include "plan.h"
#include "text.h"

/* Directories whose units come before or share the place of generator.early, from systemd.unit(5).
 * /run/systemd/generator and generator.late are not listed: early-dir overrides them. /usr/lib is
 * listed because a unit that the image contains is intended by the builder of the image. */
static const char *const unit_directories[] = {
	"/etc/systemd/system.control",	"/run/systemd/system.control",	 "/run/systemd/transient",
	"/etc/systemd/system",		"/etc/systemd/system.attached",	 "/run/systemd/system",
	"/run/systemd/system.attached", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
};

static bool exists_in(const char *root, const char *directory, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	if (strlen(root) + strlen(directory) + strlen("/") + strlen(name) >= sizeof path)
		return false;

	(void)stpcpy(stpcpy(stpcpy(stpcpy(path, root), directory), "/"), name);
	return lstat(path, &st) == 0;
}

/* The directory in which the unit already exists, or NULL. */
static const char *find(const char *early_dir, const char *unit)
{
	const char *root = input_root();

	if (exists_in("", early_dir, unit))
		return early_dir;
	for (size_t i = 0; i < ELEMENTSOF(unit_directories); i++)
		if (exists_in(root, unit_directories[i], unit))
			return unit_directories[i];

	return NULL;
}

static bool is_foreign(const char *early_dir, const char *unit, const struct plan_mount *m)
{
	const char *directory = find(early_dir, unit);

	if (directory && m->ours)
		log_info("Not writing %s: '%s' already has one", unit, directory);
	return directory;
}

void foreign_look(struct plan *plan, const char *early_dir)
{
	const struct plan_mount *root = &plan->root, *usr = &plan->usr;

	if (!root->ours && !usr->ours)
		return;

	plan->foreign.sysroot = is_foreign(early_dir, "sysroot.mount", root);
	plan->foreign.sysusr_usr = usr->ours && is_foreign(early_dir, "sysusr-usr.mount", usr);
	plan->foreign.sysroot_usr = usr->ours && is_foreign(early_dir, "sysroot-usr.mount", usr);
}

bool foreign_enables_remount(const char *early_dir)
{
	return find(early_dir, "initrd.target.wants/fstag-remount.service") ||
	       find(early_dir, "sysinit.target.wants/fstag-remount.service");
}
