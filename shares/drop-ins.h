/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints what the shares need as drop-ins. */
#pragma once

struct outputs;
struct shares;

/* Adds a drop-in for each mount unit, and one for each wait that differs from the installed unit.
 * Returns 0 or -ENOMEM. */
int drop_ins_add(struct outputs *outputs, const struct shares *shares);
