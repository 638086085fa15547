/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fs-type.h"
#include "test.h"

/* open_ubi() in fs/ubifs/super.c and get_tree_mtd() in drivers/mtd/mtdsuper.c. */
int main(void)
{
	static const struct {
		const char *source, *type;
	} table[] = {
		{ "ubi0:rootfs", "ubifs" },
		{ "ubi:rootfs", "ubifs" },
		{ "ubi0!rootfs", "ubifs" },
		{ "ubi!rootfs", "ubifs" },
		{ "ubi10:my fs", "ubifs" },
		{ "ubi0_1", "ubifs" },
		{ "ubi0", "ubifs" },
		{ "ubi12_34", "ubifs" },
		{ "ubi0::", "ubifs" },
		{ "mtd0", "jffs2" },
		{ "mtd10", "jffs2" },
		{ "mtd:rootfs", "jffs2" },
		{ "mtd: ", "jffs2" },
		{ "ubi", NULL },
		{ "ubi:", NULL },
		{ "ubi!", NULL },
		{ "ubi0:", NULL },
		{ "ubi0_", NULL },
		{ "ubi0_x", NULL },
		{ "ubi0_1x", NULL },
		{ "ubi0_1:name", NULL },
		{ "ubi0x", NULL },
		{ "ubi_1", NULL },
		{ "ubi00", NULL },
		{ "ubi-0", NULL },
		{ "ubifoo", NULL },
		{ "ubifoo:bar", NULL },
		{ "ubi.0:name", NULL },
		{ "UBI0:rootfs", NULL },
		{ "xubi0:rootfs", NULL },
		{ "mtd", NULL },
		{ "mtd:", NULL },
		{ "mtd!rootfs", NULL },
		{ "mtdfake", NULL },
		{ "mtd0x1", NULL },
		{ "mtd01", NULL },
		{ "mtd0:x", NULL },
		{ "mtdblock0", NULL },
		{ "mtd 0", NULL },
		{ "root", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		CHECK_TEXT(fs_type_of_source(table[i].source), table[i].type, table[i].source);

	return TEST_RESULT;
}
