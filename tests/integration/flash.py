# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images of flash memory, made from a directory.

The flash memory of the guest is a virtio disk with block2mtd over it (guest/fstag-flash): an MTD
partition named "rootfs" that contains JFFS2, or a UBI volume of the same name with UBIFS.
"""

from __future__ import annotations

from pathlib import Path

from guest import host

TYPES = ("jffs2", "ubifs")
ERASE_BLOCK = 128 * 1024
BLOCKS = 128
# Two UBI headers come first. They need only 64 bytes each because block2mtd can write single bytes.
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
