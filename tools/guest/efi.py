# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that UEFI can boot: an EFI system partition with a unified kernel image, and a partition
that is typed as a root but contains no system.

systemd-gpt-auto-generator looks for a root only if the guest knows from which partition it was
booted, and only systemd's boot loader or stub tells it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import host
from .suite import Tree

PARTITION_START = 1 << 20
ROOT_SIZE = 4 << 20
ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
ROOT_TYPE = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"  # for x86-64


def make_disk(image: Path) -> Path:
    """`image` is the unified kernel image to boot."""
    disk = host.new_scratch("efi") / "disk"
    size = _aligned(image.stat().st_size + (16 << 20))
    root_start = PARTITION_START + size
    with disk.open("wb") as file:
        file.truncate(root_start + ROOT_SIZE + PARTITION_START)
    table = [
        "label: gpt",
        f"start={PARTITION_START // 512}, size={size // 512}, type={ESP_TYPE}",
        f"start={root_start // 512}, size={ROOT_SIZE // 512}, type={ROOT_TYPE}",
    ]
    _partition(disk, "\n".join(table))
    mkfs = host.find_program("mkfs.ext4")
    host.run([mkfs, "-q", "-F", "-E", f"offset={root_start}", disk, f"{ROOT_SIZE // 1024}k"])

    where = f"{disk}@@{PARTITION_START}"
    host.run(["mformat", "-i", where, "-T", str(size // 512), "-F", "::"])
    host.run(["mmd", "-i", where, "::/EFI", "::/EFI/BOOT"])
    host.run(["mcopy", "-i", where, image, "::/EFI/BOOT/BOOTX64.EFI"])
    return disk


def _partition(disk: Path, table: str) -> None:
    command = [host.find_program("sfdisk"), "--quiet", str(disk)]
    done = subprocess.run(command, input=table, text=True, capture_output=True)
    if done.returncode != 0:
        raise host.GuestError(f"sfdisk failed: {done.stderr.strip()}")


def make_unified_image(tree: Tree, initrd: Path, cmdline: str) -> Path:
    image = host.new_scratch("uki") / "image"
    text = image.with_name("cmdline")
    text.write_text(cmdline + "\0")
    sections = {
        ".osrel": tree.path / "usr/lib/os-release",
        ".cmdline": text,
        ".initrd": initrd,
        ".linux": tree.kernel,
    }
    command: list[str | Path] = ["objcopy"]
    address = _end_of_image(tree.efi_stub)
    for name, path in sections.items():
        command += ["--add-section", f"{name}={path.resolve()}"]
        command += ["--change-section-vma", f"{name}={address:#x}"]
        address = _aligned(address + path.stat().st_size)
    host.run([*command, tree.efi_stub, image])
    return image


def _end_of_image(stub: Path) -> int:
    """The first address that no section of the stub uses."""
    end = 0
    for line in host.run(["objdump", "-h", "-w", stub]).splitlines():
        words = line.split()
        if len(words) > 4 and words[0].isdigit():
            end = max(end, int(words[2], 16) + int(words[3], 16))
    return _aligned(end)


def _aligned(address: int) -> int:
    return (address + 0xFFF) & ~0xFFF
