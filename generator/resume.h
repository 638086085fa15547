/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * resume= beside a root that cannot have been hibernated, for example left over from the machine on
 * which the image or the configuration was made. All mounts come after the resume, which waits for
 * its device without a limit.
 */
#pragma once

struct cmdline;
struct input;
struct outputs;
struct plan;

/* Sets plan->masks_resume, with a warning that the parameter is ignored. */
void resume_plan(struct plan *plan, const struct cmdline *cmdline, const struct input *input);

int resume_mask(struct outputs *outputs);
