/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transfer.h"

/*
 * What has to be undone of a move first: files of which not all names have moved are whole again in
 * the tree from, and back, the transfer of all else, knows that the names that it brings are names
 * of theirs. It goes on after errors; returns 0 or the first of them.
 */
int restore_hard_links(int from, struct transfer *t, struct transfer *back);
