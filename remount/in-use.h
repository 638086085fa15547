/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What uses files of the initramfs, which then cannot be removed. */
#pragma once

enum in_use {
	IN_USE_BY_NOBODY,
	IN_USE_BY_PROGRAMS,    /* see proc_has_other_programs() */
	IN_USE_BY_MOUNTS,      /* they are bind-mounted, or may be a layer of an overlay */
	IN_USE_BY_NAMESPACE,   /* a mount namespace without a process, kept by a mount */
	IN_USE_BY_LOOP_DEVICE, /* attached, whether or not it is mounted; or its file is unknown */
};

/* Looks for mounts and devices. Returns an enum in_use or a negative errno. */
int in_use_find(int proc);

/* The reason as a clause, which follows "because". */
const char *in_use_text(enum in_use in_use);
