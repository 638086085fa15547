/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer.h"

/*
 * The first step of undoing a move: makes files of which not all names have moved complete again in
 * the tree from, and records them in back, the transfer of everything else, so that the names that
 * it brings back become names of these files. It goes on after errors; returns 0 or the first of
 * them.
 */
int restore_hard_links(int from, struct transfer *t, struct transfer *back);
