/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens to each entry of a tree while it is copied or moved to another one. A visitor of
 * walk.h whose context is a struct transfer; tree.h runs it.
 */
#pragma once

#include "transfer.h"
#include "walk.h"

extern const struct visitor transfer_visitor;
