/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Detects likely mistakes on the command line. They are only logged. */
#pragma once

struct cmdline;
struct plan;

void hints_log_strays(const struct cmdline *cmdline);
void hints_log(const struct plan *plan, const struct cmdline *cmdline);
