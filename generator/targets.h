/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the mounts go in an initrd, and which targets wait for them (bootup(7)). */
#pragma once

struct outputs;

struct place {
	const char *unit, *where, *target;
	const char *description; /* the line, which ends with the source if there is one */
};

extern const struct place place_root;
extern const struct place place_usr;
extern const struct place place_usr_bind;

/* Makes the target require (or want, if kind says so) the unit. Returns 0 or -ENOMEM. */
int targets_add_hook(struct outputs *outputs, const char *target, const char *kind,
		     const char *unit);

/*
 * Links to the drop-in that is installed for the unit. It is installed where systemd does not look,
 * so that it takes effect only if fstag handles the root. If the image lacks it, the link is
 * dangling, which systemd ignores. Returns 0 or -ENOMEM.
 */
int targets_add_drop_in(struct outputs *outputs, const char *unit);

/*
 * Makes initrd-root-device.target require the wait, or nothing if that is NULL.
 *
 * This replaces what others require of a block device that will never appear: the stock generator
 * for root=/dev/root, gpt-auto for a root that is not on its command line, dracut's for any /dev/.
 * It also adds the drop-ins of the shells and of switch-root, even for a refused root. Returns 0 or
 * -ENOMEM.
 */
int targets_add_root_device(struct outputs *outputs, const char *wait_unit);
