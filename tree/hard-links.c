/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hard-links.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"

#define FIRST_BUCKETS 64

static struct hard_link **bucket(const struct hard_links *links, uint64_t inode)
{
	/* Inode numbers of tmpfs and ramfs are counted up, so the low bits spread well. */
	return &links->buckets[inode & (links->n_buckets - 1)];
}

static int grow(struct hard_links *links)
{
	struct hard_links larger = {
		.n_buckets = links->n_buckets > 0 ? 2 * links->n_buckets : FIRST_BUCKETS,
		.n = links->n,
	};

	larger.buckets = calloc(larger.n_buckets, sizeof *larger.buckets);
	if (!larger.buckets)
		return -ENOMEM;

	for (size_t i = 0; i < links->n_buckets; i++)
		for (struct hard_link *link = links->buckets[i], *next; link; link = next) {
			struct hard_link **to = bucket(&larger, link->inode);

			next = link->next;
			link->next = *to;
			*to = link;
		}

	free(links->buckets);
	*links = larger;
	return 0;
}

static void link_free(struct hard_link *link)
{
	cleanup_close(&link->to);
	if (link->attributes)
		attributes_done(link->attributes);
	free(link->attributes);
	free(link->path);
	free(link);
}

struct hard_link *hard_links_find(const struct hard_links *links, uint64_t inode)
{
	if (links->n == 0)
		return NULL;
	for (struct hard_link *link = *bucket(links, inode); link; link = link->next)
		if (link->inode == inode)
			return link;

	return NULL;
}

struct hard_link *hard_links_add(struct hard_links *links, uint64_t inode, unsigned unseen)
{
	struct hard_link *link = calloc(1, sizeof *link);

	if (link)
		*link = (struct hard_link){ .inode = inode, .unseen = unseen, .to = -EBADF };
	if (!link || (links->n >= links->n_buckets && grow(links) < 0)) {
		free(link);
		return NULL;
	}

	link->next = *bucket(links, inode);
	*bucket(links, inode) = link;
	links->n++;
	return link;
}

void hard_links_seen(struct hard_links *links, struct hard_link *link)
{
	if (--link->unseen > 0)
		return;

	for (struct hard_link **at = bucket(links, link->inode); *at; at = &(*at)->next)
		if (*at == link) {
			*at = link->next;
			break;
		}
	links->n--;
	link_free(link);
}

void hard_links_done(struct hard_links *links)
{
	for (size_t i = 0; i < links->n_buckets; i++)
		for (struct hard_link *link = links->buckets[i], *next; link; link = next) {
			next = link->next;
			link_free(link);
		}
	free(links->buckets);
	*links = (struct hard_links){};
}
