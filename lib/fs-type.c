/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fs-type.h"

#include "text.h"

/* The kernel's limit is 64 - sizeof(unsigned long), the NUL included (linux/moduleparam.h). */
#define MODULE_NAME_MAX 55

/* systemd's @network set of file systems, and the helpers' names that it adds
 * (fstype_is_network() in systemd's mountpoint-util.c). */
static const char *const network_types[] = {
	"afs",	 "ceph", "cifs", "davfs", "gfs",      "gfs2",  "glusterfs", "lustre", "ncp",
	"ncpfs", "nfs",	 "nfs4", "ocfs2", "orangefs", "pvfs2", "smb3",	    "smbfs",  "sshfs",
};

static const char *const virtio_transports[] = { "virtio_pci", "virtio_mmio", "virtio_ccw" };

/* The 9p transports (net/9p/trans_*.c). fd brings tcp and unix along. */
static const struct {
	const char *transport;
	const char *module;
	enum fs_wait wait;
} transports_9p[] = {
	{ "virtio", "9pnet_virtio", FS_WAIT_9P }, { "tcp", "9pnet_fd", FS_WAIT_NETWORK },
	{ "unix", "9pnet_fd", FS_WAIT_NONE },	  { "fd", "9pnet_fd", FS_WAIT_NONE },
	{ "xen", "9pnet_xen", FS_WAIT_NONE },	  { "rdma", "9pnet_rdma", FS_WAIT_NETWORK },
	{ "usbg", "9pnet_usbg", FS_WAIT_NONE },
};

static enum fs_wait wait_9p(const char *transport)
{
	if (!transport)
		return FS_WAIT_9P;

	for (size_t i = 0; i < ELEMENTSOF(transports_9p); i++)
		if (streq(transport, transports_9p[i].transport))
			return transports_9p[i].wait;

	return FS_WAIT_NONE;
}

/* "fuse.<x>" is the file system x, served through the module fuse. */
static void skip_fuse(const char **type, size_t *length)
{
	const char *rest = after_prefix(*type, "fuse.");

	if (!rest || *length <= (size_t)(rest - *type))
		return;

	*length -= (size_t)(rest - *type);
	*type = rest;
}

static bool is_network_type(const char *type, size_t length)
{
	skip_fuse(&type, &length);
	for (size_t i = 0; i < ELEMENTSOF(network_types); i++)
		if (item_is(type, length, network_types[i]))
			return true;

	return false;
}

enum fs_wait fs_type_wait(const char *type, size_t length, const char *transport)
{
	if (item_is(type, length, "virtiofs"))
		return FS_WAIT_VIRTIOFS;
	if (item_is(type, length, "9p"))
		return wait_9p(transport);
	if (item_is(type, length, "ubifs"))
		return FS_WAIT_UBI;
	if (item_is(type, length, "jffs2"))
		return FS_WAIT_MTD;
	if (is_network_type(type, length))
		return FS_WAIT_NETWORK;

	return FS_WAIT_NONE;
}

static size_t add_module(struct fs_module *modules, size_t n, const char *name, size_t length)
{
	modules[n] = (struct fs_module){ .name = name, .length = length };
	return n + 1;
}

static size_t add_9p_transport(struct fs_module *modules, size_t n, const char *transport)
{
	for (size_t i = 0; i < ELEMENTSOF(transports_9p); i++)
		if (streq(transport ?: "virtio", transports_9p[i].transport))
			return add_module(modules, n, transports_9p[i].module,
					  strlen(transports_9p[i].module));

	return n;
}

size_t fs_type_modules(const char *type, size_t length, const char *transport,
		       struct fs_module ret_modules[static FS_TYPE_MODULES_MAX])
{
	enum fs_wait wait = fs_type_wait(type, length, transport);
	size_t n = 0;

	if (wait == FS_WAIT_VIRTIOFS || wait == FS_WAIT_9P)
		for (size_t i = 0; i < ELEMENTSOF(virtio_transports); i++)
			ret_modules[n++] = (struct fs_module){
				.name = virtio_transports[i],
				.length = strlen(virtio_transports[i]),
				.alternative = true,
			};
	if (wait == FS_WAIT_UBI)
		n = add_module(ret_modules, n, "ubi", strlen("ubi"));
	if (item_is(type, length, "9p"))
		n = add_9p_transport(ret_modules, n, transport);

	/* The type is valid, so a dot in it can only be that of "fuse.<x>". */
	return add_module(ret_modules, n, type,
			  memchr(type, '.', length) ? strlen("fuse") : length);
}

/* A number as the kernel prints it, which is how fstag-wait knows the device; the rest behind it,
 * or NULL. */
static const char *after_number(const char *text)
{
	size_t n = strspn(text, DIGITS);

	return n == 0 || (n > 1 && *text == '0') ? NULL : text + n;
}

/* open_ubi() in fs/ubifs/super.c. */
static bool is_ubi_volume(const char *source)
{
	const char *rest = after_prefix(source, "ubi"), *number;

	if (!rest)
		return false;

	number = after_number(rest);
	if (number && (!*number || *number == '_')) {
		number = *number ? after_number(number + 1) : number;
		return number && !*number;
	}

	rest = number ?: rest;
	return (*rest == ':' || *rest == '!') && rest[1];
}

/* get_tree_mtd() in drivers/mtd/mtdsuper.c. */
static bool is_mtd_partition(const char *source)
{
	const char *rest = after_prefix(source, "mtd"), *number = rest ? after_number(rest) : NULL;

	return rest && (number ? !*number : *rest == ':' && rest[1]);
}

const char *fs_type_of_source(const char *source)
{
	return is_ubi_volume(source) ? "ubifs" : is_mtd_partition(source) ? "jffs2" : NULL;
}

bool fs_type_is_valid(const char *type, size_t length)
{
	skip_fuse(&type, &length);
	return length > 0 && length <= MODULE_NAME_MAX && *type != '-' &&
	       strspn(type, LETTERS DIGITS "_-") >= length;
}
