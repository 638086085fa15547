# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of flash memory, made from a directory.

The flash memory of the guest is a virtio disk with block2mtd over it (guest/fstag-flash): an MTD
partition that contains JFFS2 or romfs and has the name in the source, such as mtd:rootfs; or one
named "rootfs" with two UBI volumes, an empty one and the one that the source names, with UBIFS.
"""

from __future__ import annotations

import re
from pathlib import Path

from guest import host

TYPES = ("jffs2", "romfs", "ubifs")
ERASE_BLOCK = 128 * 1024
BLOCKS = 128
# Two UBI headers come first. They need only 64 bytes each because block2mtd can write single bytes.
LOGICAL_BLOCK = ERASE_BLOCK - 2 * 64
# With fewer blocks, the journal of an UBIFS that could grow to BLOCKS does not fit.
DATA_SIZE = 40 * LOGICAL_BLOCK
UBI = """[data]
mode=ubi
image={data}
vol_id=0
vol_type=dynamic
vol_name=data
vol_size={size}
[root]
mode=ubi
image={root}
vol_id=1
vol_type=dynamic
vol_name={name}
vol_flags=autoresize
"""


def partition_name(source: str) -> str:
    return source.removeprefix("mtd:") if source.startswith("mtd:") else "rootfs"


def make_image(fs: str, source: str, directory: Path) -> Path:
    scratch = host.new_scratch("flash")
    image = scratch / "image"
    if fs == "jffs2":
        host.run(
            [
                "mkfs.jffs2",
                f"--root={directory}",
                f"--output={image}",
                f"--eraseblock={ERASE_BLOCK}",
                "--no-cleanmarkers",
            ]
        )
    elif fs == "romfs":
        host.run(["genromfs", "-d", directory, "-f", image, "-V", "root"])
    else:
        _make_ubi(scratch, source, directory, image)
    # Erased flash is all ones.
    missing = BLOCKS * ERASE_BLOCK - image.stat().st_size
    with image.open("ab") as file:
        file.write(b"\xff" * missing)
    return image


def _make_ubi(scratch: Path, source: str, directory: Path, image: Path) -> None:
    (scratch / "empty").mkdir()
    root = _make_volume(directory, scratch / "root")
    data = _make_volume(scratch / "empty", scratch / "data")
    layout = scratch / "layout"
    name = re.split("[:!]", source, maxsplit=1)[-1]
    layout.write_text(UBI.format(data=data, size=DATA_SIZE, root=root, name=name))
    host.run(
        ["ubinize", f"--output={image}", "--min-io-size=1", f"--peb-size={ERASE_BLOCK}", layout]
    )


def _make_volume(directory: Path, volume: Path) -> Path:
    host.run(
        [
            "mkfs.ubifs",
            f"--root={directory}",
            f"--output={volume}",
            "--min-io-size=8",
            f"--leb-size={LOGICAL_BLOCK}",
            f"--max-leb-cnt={BLOCKS}",
        ]
    )
    return volume
