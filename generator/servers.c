/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "fs-type.h"
#include "options.h"
#include "text.h"

#define PORT_MAX 65535

/* One server and where it may listen. */
struct server {
	const char *host;
	size_t length;
	const char *ports; /* separated by commas */
};

/* Nothing in a host has a meaning for systemd or in the list. */
static bool is_host(const char *host, size_t length)
{
	return length > 0 && *host != '-' && strspn(host, LETTERS DIGITS ".-_:") >= length;
}

/* Adds each port of the server. Returns 1, 0 if that is no host, or -ENOMEM. */
static int add_server(char **servers, const struct server *server)
{
	size_t length = server->length;
	const char *host = server->host;

	if (length > 2 && host[0] == '[' && host[length - 1] == ']')
		host++, length -= 2;
	if (!is_host(host, length))
		return 0;

	FOREACH_ITEM (port, n, server->ports) {
		char *more;

		if (asprintf(&more, "%s%s%.*s/%.*s", *servers ?: "", *servers ? "," : "",
			     (int)length, host, (int)n, port) < 0)
			return -ENOMEM;

		free(*servers);
		*servers = more;
	}

	return 1;
}

/* The value of port=, or the default. The mount programs take 0 for not given. */
static int find_ports(const char *options, const char *otherwise, char **ret_ports)
{
	_cleanup_free_ char *value = NULL;
	int r = options_last_value(options, (option_names){ "port" }, &value);
	unsigned long port;

	if (r < 0)
		return r;

	port = value && strspn(value, DIGITS) == strlen(value) ? strtoul(value, NULL, 10) : 0;
	if (port == 0 || port > PORT_MAX)
		*ret_ports = strdup(otherwise);
	else if (asprintf(ret_ports, "%lu", port) < 0)
		*ret_ports = NULL;
	return *ret_ports ? 0 : -ENOMEM;
}

static int add_host(char **servers, const char *host, size_t length, const char *options,
		    const char *default_ports)
{
	_cleanup_free_ char *ports = NULL;
	int r = find_ports(options, default_ports, &ports);

	return r < 0 ? r : add_server(servers, &(struct server){ host, length, ports });
}

/* "<host>:<path>", as in mount.nfs(8), where an IPv6 address is in brackets. */
static int add_nfs(char **servers, const char *type, size_t length, const char *source,
		   const char *options)
{
	const char *colon = *source == '[' ? strstr(source, "]:") : strchr(source, ':');
	_cleanup_free_ char *version = NULL, *protocol = NULL;
	bool only_4;
	int r;

	r = options_last_value(options, (option_names){ "vers", "nfsvers" }, &version);
	if (r >= 0)
		r = options_last_value(options, (option_names){ "proto" }, &protocol);
	if (r < 0)
		return r;
	/* UDP has no connections, and newer mount.nfs take URLs, which have no such colon. */
	if (after_prefix(source, "nfs://") || (protocol && !after_prefix(protocol, "tcp")) ||
	    options_have(options, (option_names){ "udp", "rdma" }) || !colon)
		return 0;

	/* Before version 4, a server may listen at any port, which its port mapper (111) knows. */
	only_4 = item_is(type, length, "nfs4") || (version && *version == '4');
	return add_host(servers, source, (size_t)(colon - source) + (*source == '['), options,
			only_4 ? "2049" : "2049,111");
}

/* "//<host>/<share>", also with backslashes, as in mount.cifs(8). */
static int add_cifs(char **servers, const char *source, const char *options)
{
	_cleanup_free_ char *address = NULL;
	int r = options_last_value(options, (option_names){ "ip", "addr" }, &address);

	if (r < 0)
		return r;
	if (address)
		return add_host(servers, address, strlen(address), options, "445,139");
	if (strspn(source, "/\\") != 2)
		return 0;

	return add_host(servers, source + 2, strcspn(source + 2, "/\\"), options, "445,139");
}

/* "<host>[:<port>]"; an IPv6 address is in brackets. Without a port, the two versions of the
 * protocol have one each. */
static int add_monitor(char **servers, const char *monitor, size_t length)
{
	const char *end = *monitor == '[' ? memchr(monitor, ']', length) : NULL;
	const char *rest = end ? end + 1 : monitor;
	const char *colon = memchr(rest, ':', length - (size_t)(rest - monitor));
	_cleanup_free_ char *port = NULL;
	struct server server = { monitor, length, "3300,6789" };

	if (colon) {
		server.length = (size_t)(colon - monitor);
		port = strndup(colon + 1, length - server.length - 1);
		if (!port)
			return -ENOMEM;
		if (!*port || strspn(port, DIGITS) != strlen(port))
			return 0;

		server.ports = port;
	}

	return add_server(servers, &server);
}

static int add_monitors(char **servers, const char *monitors, size_t length, char separator)
{
	int r = 1;

	for (const char *end = monitors + length; r > 0 && monitors <= end;) {
		const char *next = memchr(monitors, separator, (size_t)(end - monitors)) ?: end;

		r = add_monitor(servers, monitors, (size_t)(next - monitors));
		monitors = next + 1;
	}

	return r;
}

/* The monitors are in mon_addr=, or in the source in the older syntax "<monitor>,...:/<path>".
 * Otherwise only ceph.conf names them. See mount.ceph(8). */
static int add_ceph(char **servers, const char *source, const char *options)
{
	const char *path = strstr(source, ":/");
	_cleanup_free_ char *monitors = NULL;
	int r = options_last_value(options, (option_names){ "mon_addr" }, &monitors);

	if (r < 0)
		return r;
	if (monitors)
		return add_monitors(servers, monitors, strlen(monitors), '/');
	if (!path || memchr(source, '@', (size_t)(path - source)))
		return 0;

	return add_monitors(servers, source, (size_t)(path - source), ',');
}

/* Returns 1, 0 if the servers of that type are not known, or a negative errno. */
static int add_type(char **servers, const char *type, size_t length, const char *source,
		    const char *options)
{
	if (item_is(type, length, "nfs") || item_is(type, length, "nfs4"))
		return add_nfs(servers, type, length, source, options);
	if (item_is(type, length, "cifs") || item_is(type, length, "smb3"))
		return add_cifs(servers, source, options);
	if (item_is(type, length, "ceph"))
		return add_ceph(servers, source, options);
	if (item_is(type, length, "9p"))
		return add_host(servers, source, strlen(source), options, "564");

	return 0;
}

int servers_find(const char *types, const char *source, const char *options, const char *transport,
		 char **ret_servers)
{
	_cleanup_free_ char *servers = NULL;
	bool is_9p_over_tcp = transport && streq(transport, "tcp");
	int r = 1;

	FOREACH_ITEM (type, length, types) {
		/* trans= means 9p, even in a list. */
		bool is_9p = item_is(type, length, "9p");

		if (is_9p_over_tcp && !is_9p && item_is(type, length, "virtiofs"))
			continue;

		r = is_9p && !is_9p_over_tcp ? 0
					     : add_type(&servers, type, length, source, options);
		if (r <= 0)
			break;
	}
	if (r < 0)
		return r;

	*ret_servers = r > 0 ? TAKE_PTR(servers) : NULL;
	return 0;
}
