/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "targets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "text.h"
#include "unit-file.h"

const struct place place_root = { "sysroot.mount", "/sysroot", "initrd-root-fs.target",
				  "Description=Root File System fstag:" };
/* systemd mounts /usr at a separate mount point first, where tools find it before there is a root.
 */
const struct place place_usr = { "sysusr-usr.mount", "/sysusr/usr", "initrd-usr-fs.target",
				 "Description=/usr File System fstag:" };
const struct place place_usr_bind = { "sysroot-usr.mount", "/sysroot/usr", "initrd-fs.target",
				      "Description=/usr in the Root File System" };

int targets_add_hook(struct outputs *outputs, const char *target, const char *kind,
		     const char *unit)
{
	char *link;

	if (asprintf(&link, "../%s", unit) < 0)
		return -ENOMEM;

	return outputs_add(outputs, OUTPUT_LINK, link, "%s.%s/%s", target, kind, unit);
}

int targets_add_drop_in(struct outputs *outputs, const char *unit)
{
	char *link;

	if (asprintf(&link, HELPERDIR "/drop-ins/%s.d/50-fstag.conf", unit) < 0)
		return -ENOMEM;

	return outputs_add(outputs, OUTPUT_LINK, link, "%s.d/50-fstag.conf", unit);
}

static int add_drop_ins(struct outputs *outputs)
{
	static const char *const units[] = { "emergency.service", "initrd-switch-root.service",
					     "rescue.service" };

	for (size_t i = 0; i < ELEMENTSOF(units); i++) {
		int r = targets_add_drop_in(outputs, units[i]);

		if (r < 0)
			return r;
	}

	return 0;
}

int targets_add_root_device(struct outputs *outputs, const char *wait_unit)
{
	const struct unit_line lines[] = {
		LINE("[Unit]"),
		VALUE("Requires=", wait_unit),
		VALUE("After=", wait_unit),
	};
	int r;

	r = unit_file_add(outputs, "initrd-root-device.target.d/50-root-device.conf", lines,
			  ELEMENTSOF(lines));
	if (r < 0)
		return r;

	r = outputs_add(outputs, OUTPUT_LINK, strdup("/dev/null"),
			"initrd.target.wants/dev-root.device");
	if (r < 0)
		return r;

	return add_drop_ins(outputs);
}
