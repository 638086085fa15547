# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of flash memory, made from a directory.

The guest's flash is a virtio disk with block2mtd over it (guest/fstag-flash): an MTD partition
called "rootfs" with JFFS2 in it, or with a UBI volume of that name and UBIFS.
"""

from __future__ import annotations

from pathlib import Path

from guest import host

TYPES = ("jffs2", "ubifs")
ERASE_BLOCK = 128 * 1024
BLOCKS = 128
# block2mtd writes byte by byte; UBI puts its two headers of 64 bytes in front.
LOGICAL_BLOCK = ERASE_BLOCK - 2 * 64
UBI = """[rootfs]
mode=ubi
image={image}
vol_id=0
vol_type=dynamic
vol_name=rootfs
vol_flags=autoresize
"""


def make_image(fs: str, directory: Path) -> Path:
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
    else:
        _make_ubi(scratch, directory, image)
    # Erased flash is all ones.
    missing = BLOCKS * ERASE_BLOCK - image.stat().st_size
    with image.open("ab") as file:
        file.write(b"\xff" * missing)
    return image


def _make_ubi(scratch: Path, directory: Path, image: Path) -> None:
    volume, layout = scratch / "volume", scratch / "layout"
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
    layout.write_text(UBI.format(image=volume))
    host.run(
        ["ubinize", f"--output={image}", "--min-io-size=1", f"--peb-size={ERASE_BLOCK}", layout]
    )
