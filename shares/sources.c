/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sources.h"

#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"
#include "entries.h"
#include "extra.h"
#include "input.h"
#include "log.h"

/* In the initrd, each kind of mounts exists twice: for the initrd, and for the system to come. */
struct file {
	const char *origin;
	bool in_sysroot;
};

static int add_file(struct entries *entries, const char *path, const struct file *of,
		    bool with_root)
{
	const struct entry kind = { .origin = of->origin, .in_sysroot = of->in_sysroot };
	_cleanup_fclose_ FILE *file = fopen(path, "re");

	if (!file) {
		if (errno != ENOENT)
			log_warning("Failed to read %s, ignoring: %s", of->origin, strerror(errno));
		return 0;
	}

	return entries_add_lines(entries, file, &kind, with_root);
}

static int add_fstab(struct entries *entries, const struct file *of)
{
	const char *given = getenv(of->in_sysroot ? "SYSTEMD_SYSROOT_FSTAB" : "SYSTEMD_FSTAB");
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s%s", given ? "" : input_root(), given ?: of->origin);
	return add_file(entries, path, of, false);
}

/* PID 1 sets both variables for the generators if there are any credentials of that kind. */
static int add_credential(struct entries *entries, const char *name, const struct file *of)
{
	const char *plain = getenv("CREDENTIALS_DIRECTORY");
	const char *encrypted = getenv("ENCRYPTED_CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];

	(void)snprintf(path, sizeof path, "%s%s/%s", plain ? "" : input_root(),
		       plain ?: "/run/credentials/@system", name);
	if (access(path, F_OK) == 0)
		return add_file(entries, path, of, true);

	if (encrypted) {
		(void)snprintf(path, sizeof path, "%s/%s", encrypted, name);
		if (access(path, F_OK) == 0)
			log_warning("Not waiting for the shares of %s, which is encrypted",
				    of->origin);
	}

	return 0;
}

static int add_fstabs(struct entries *entries, bool is_initrd)
{
	int r = add_fstab(entries, &(struct file){ "/etc/fstab", false });

	if (r == 0 && is_initrd)
		r = add_fstab(entries, &(struct file){ "/sysroot/etc/fstab", true });
	return r;
}

static int add_credentials(struct entries *entries, bool is_initrd)
{
	const struct file initrd = { "the credential fstab.extra.initrd", false };
	const struct file system = { "the credential fstab.extra", is_initrd };
	int r = 0;

	if (is_initrd)
		r = add_credential(entries, "fstab.extra.initrd", &initrd);
	return r < 0 ? r : add_credential(entries, "fstab.extra", &system);
}

int sources_read(bool is_initrd, struct entries *entries)
{
	_cleanup_(entries_done) struct entries extra_entries = {};
	_cleanup_free_ char *text = NULL;
	struct extra extra = EXTRA_INIT;
	int r;

	r = input_read_kernel_cmdline(-1, &text);
	if (r == 0)
		r = extra_parse(text, is_initrd, &extra, &extra_entries);
	if (r == 0 && extra.fstab)
		r = add_fstabs(entries, is_initrd);
	if (r == 0)
		r = entries_move(entries, &extra_entries);
	return r < 0 ? r : add_credentials(entries, is_initrd);
}
