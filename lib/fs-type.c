/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fs-type.h"

#include "text.h"

/* The kernel's limit is 64 - sizeof(unsigned long), the NUL included (linux/moduleparam.h). */
#define MODULE_NAME_MAX 55

/* systemd's @network set of file systems, and the names of helpers that it adds
 * (fstype_is_network() in systemd's mountpoint-util.c). */
static const char *const network_types[] = {
	"afs",	 "ceph", "cifs", "davfs", "gfs",      "gfs2",  "glusterfs", "lustre", "ncp",
	"ncpfs", "nfs",	 "nfs4", "ocfs2", "orangefs", "pvfs2", "smb3",	    "smbfs",  "sshfs",
};

#define MODULE(text, ...)                                                                          \
	{                                                                                          \
		.name = text, .length = sizeof text - 1, __VA_ARGS__                               \
	}
#define P9_DRIVER "/sys/bus/virtio/drivers/9pnet_virtio"

static const struct fs_module virtio_modules[] = {
	MODULE("virtio_pci", .alternative = true, .sign = "/sys/bus/pci/drivers/virtio-pci"),
	MODULE("virtio_mmio", .alternative = true, .sign = "/sys/bus/platform/drivers/virtio-mmio"),
	MODULE("virtio_ccw", .alternative = true, .sign = "/sys/bus/ccw/drivers/virtio_ccw"),
};

const struct fs_type fs_types[FS_TYPES] = {
	{
		.name = "virtiofs",
		.wait = FS_WAIT_VIRTIOFS,
		/* "bind" of the driver to a device, and a tag that appears, since Linux 6.9. */
		.subsystems = { "virtio", "virtiofs" },
		.virtio_id = "0x001a",
		.driver = "/sys/bus/virtio/drivers/virtiofs",
		.tag_directory = "/sys/fs/virtiofs", /* since Linux 6.9 */
		.tag_file = "tag",
	},
	{
		.name = "9p",
		.wait = FS_WAIT_9P,
		.subsystems = { "virtio" }, /* "change" if the tag can be read */
		.virtio_id = "0x0009",
		.driver = P9_DRIVER,
		.tag_directory = P9_DRIVER,
		.tag_file = "mount_tag",
	},
	{
		.name = "ubifs",
		.wait = FS_WAIT_UBI,
		.subsystems = { "ubi" },
		.module = MODULE("ubi", .sign = "/sys/class/ubi"),
	},
	{
		.name = "jffs2",
		.wait = FS_WAIT_MTD,
		.subsystems = { "mtd" },
	},
	{
		.name = "romfs",
		.wait = FS_WAIT_MTD,
		.subsystems = { "mtd" },
	},
};

/* The module for fd includes tcp and unix. */
const struct fs_transport fs_transports[FS_TRANSPORTS] = {
	{ "virtio", FS_WAIT_9P, MODULE("9pnet_virtio", .sign = P9_DRIVER) },
	{ "tcp", FS_WAIT_NETWORK, MODULE("9pnet_fd") },
	{ "unix", FS_WAIT_NONE, MODULE("9pnet_fd") },
	{ "fd", FS_WAIT_NONE, MODULE("9pnet_fd") },
	{ "xen", FS_WAIT_NONE, MODULE("9pnet_xen") },
	{ "rdma", FS_WAIT_NETWORK, MODULE("9pnet_rdma") },
	{ "usbg", FS_WAIT_NONE, MODULE("9pnet_usbg") },
};

const struct fs_type *fs_type_find(const char *name, size_t length)
{
	for (size_t i = 0; i < ELEMENTSOF(fs_types); i++)
		if (item_is(name, length, fs_types[i].name))
			return &fs_types[i];

	return NULL;
}

static const struct fs_transport *find_transport(const char *transport)
{
	for (size_t i = 0; i < ELEMENTSOF(fs_transports); i++)
		if (streq(transport ?: "virtio", fs_transports[i].name))
			return &fs_transports[i];

	return NULL;
}

/* "fuse.<x>" is the file system x, served through the fuse module. */
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
	const struct fs_type *known = fs_type_find(type, length);
	const struct fs_transport *over;

	if (!known)
		return is_network_type(type, length) ? FS_WAIT_NETWORK : FS_WAIT_NONE;
	if (known->wait != FS_WAIT_9P)
		return known->wait;

	over = find_transport(transport);
	return over ? over->wait : FS_WAIT_NONE;
}

size_t fs_type_modules(const char *type, size_t length, const char *transport,
		       struct fs_module ret_modules[static FS_TYPE_MODULES_MAX])
{
	const struct fs_type *known = fs_type_find(type, length);
	bool is_9p = known && known->wait == FS_WAIT_9P;
	const struct fs_transport *over = is_9p ? find_transport(transport) : NULL;
	size_t n = 0;

	if (is_9p ? over && over->wait == FS_WAIT_9P : known && known->virtio_id)
		for (size_t i = 0; i < ELEMENTSOF(virtio_modules); i++)
			ret_modules[n++] = virtio_modules[i];
	if (known && known->module.name)
		ret_modules[n++] = known->module;
	if (over)
		ret_modules[n++] = over->module;

	/* The type is valid, so a dot in it can only be that of "fuse.<x>". */
	ret_modules[n++] = (struct fs_module){
		.name = type,
		.length = memchr(type, '.', length) ? strlen("fuse") : length,
	};
	return n;
}

/* The rest of text after a number as the kernel prints it, the form that fstag-wait compares with;
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
