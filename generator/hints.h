/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a command line says and can hardly mean. It is told in the log, and nothing else changes. */
#pragma once

struct cmdline;
struct plan;

void hints_log_strays(const struct cmdline *cmdline);
void hints_log(const struct plan *plan, const struct cmdline *cmdline);
