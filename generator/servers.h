/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The servers of a file system on the network, as its own mount program finds them. */
#pragma once

/*
 * Finds where the servers of the source listen: a list "<host>/<port>,...", of
 * letters, digits and ".-_:/" only, in the order in which to try them.
 *
 * transport is the value of 9p's option trans=, or NULL. Returns 0, or -ENOMEM. *ret_servers is
 * NULL if the source does not tell, if any of the types has no server that TCP reaches, or if one
 * needs no server.
 */
int servers_find(const char *types, const char *source, const char *options, const char *transport,
		 char **ret_servers);
