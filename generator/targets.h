/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the mounts go in an initrd, and which targets take them as reached (bootup(7)). */
#pragma once

struct outputs;

struct place {
	const char *unit, *where, *target;
};

extern const struct place place_root;
extern const struct place place_usr;
extern const struct place place_usr_bind;

/* Makes the target require (or want, if kind says so) the unit. Returns 0 or -ENOMEM. */
int targets_add_hook(struct outputs *outputs, const char *target, const char *kind,
		     const char *unit);

/*
 * Links to the drop-in that is installed for the unit. It lies where systemd does not look, so that
 * it acts with a root of fstag's alone. One that the image has left out is a link to nothing, which
 * systemd passes over. Returns 0 or -ENOMEM.
 */
int targets_add_drop_in(struct outputs *outputs, const char *unit);

/*
 * Makes initrd-root-device.target require the wait, or nothing where that is NULL.
 *
 * Takes the place of what others demand of a block device that will never be: the stock generator
 * for root=/dev/root, gpt-auto for a root that is not on its line, dracut's for any /dev/. With it
 * come the drop-ins of the shells and of switch-root, a refused root's included.
 * Returns 0 or -ENOMEM.
 */
int targets_add_root_device(struct outputs *outputs, const char *wait_unit);
