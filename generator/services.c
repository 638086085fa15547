/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "services.h"

#include <stdbool.h>
#include <stdlib.h>

#include "output.h"
#include "plan.h"
#include "resume.h"
#include "targets.h"
#include "text.h"
#include "unit-file.h"

#define EXITRD "fstag-exitrd.service"
#define RELEASE "fstag-release.service"
#define REMOUNT "fstag-remount.service"
#define REMOUNT_DROP_IN "50-fstag-remount.conf"

/* It is on by default, by a link that is installed with it, so that most boots write nothing here;
 * a unit that the link pulls in can only be masked. */
static int add_release(struct outputs *outputs, enum release_mode mode)
{
	if (mode == RELEASE_NO)
		return outputs_add(outputs, OUTPUT_LINK, strdup("/dev/null"), RELEASE);
	if (mode == RELEASE_AUTO)
		return 0;

	/* For an image that has the unit without the link. */
	return targets_add_hook(outputs, "initrd.target", "wants", RELEASE);
}

static int add_after(struct outputs *outputs, const char *path, const char *unit)
{
	const struct unit_line lines[] = { LINE("[Unit]"), VALUE("After=", unit) };

	return unit_file_add(outputs, path, lines, ELEMENTSOF(lines));
}

/* PID 1's switch into the new tmpfs ends every process and unmounts everything except the API file
 * systems, so the other services come after it, and so do all mounts, including those that fstag
 * did not write. */
static int add_remount_first(struct outputs *outputs)
{
	static const char *const paths[] = {
		"service.d/" REMOUNT_DROP_IN,
		"sysroot.mount.d/" REMOUNT_DROP_IN,
		"sysusr-usr.mount.d/" REMOUNT_DROP_IN,
	};
	int r;

	for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
		r = add_after(outputs, paths[i], REMOUNT);
		if (r < 0)
			return r;
	}

	/* These two have the name of a drop-in in service.d and so replace it. PID 1 does not empty
	 * the old root here either, so fstag-release has to hold it before. */
	r = outputs_add(outputs, OUTPUT_LINK, strdup("/dev/null"), RELEASE ".d/" REMOUNT_DROP_IN);
	if (r < 0)
		return r;

	return add_after(outputs, REMOUNT ".d/" REMOUNT_DROP_IN, RELEASE);
}

/* If the image has it enabled, it comes first as well, even if only to find that there is nothing
 * to do: it reads the mode itself. */
static int add_remount(struct outputs *outputs, bool is_wanted)
{
	int r = 0;

	if (is_wanted)
		r = targets_add_hook(outputs, "initrd.target", "wants", REMOUNT);
	if (r < 0)
		return r;

	return add_remount_first(outputs);
}

/* Starts it only after the root is mounted, unless a remount comes first. */
static int defer_release(struct outputs *outputs, const struct plan *plan)
{
	if (!plan->root.ours || plan->release == RELEASE_NO)
		return 0;

	return targets_add_drop_in(outputs, RELEASE);
}

int services_add(struct outputs *outputs, const struct plan *plan)
{
	int r = 0;

	if (plan->exitrd)
		r = targets_add_hook(outputs, "initrd.target", "wants", EXITRD);
	if (r == 0)
		r = add_release(outputs, plan->release);
	if (r == 0 && plan->masks_resume)
		r = resume_mask(outputs);
	if (r < 0)
		return r;

	return plan->remount_is_first ? add_remount(outputs, plan->remount != REMOUNT_NO)
				      : defer_release(outputs, plan);
}
