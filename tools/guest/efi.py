# SPDX-License-Identifier: LGPL-2.1-or-later
"""A disk that UEFI can boot: one EFI system partition with a unified kernel image.

systemd-gpt-auto-generator looks for a root only if the guest knows from which partition it was
booted, and only systemd's boot loader or stub tells it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import host
from .suite import Tree

PARTITION_START = 1 << 20
ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"


def make_disk(tree: Tree, initrd: Path, cmdline: str) -> Path:
    directory = host.new_scratch("efi")
    image = directory / "BOOTX64.EFI"
    _make_unified_image(tree, initrd, cmdline, image)

    disk = directory / "disk"
    size = image.stat().st_size + (16 << 20)
    with disk.open("wb") as file:
        file.truncate(size + 2 * PARTITION_START)
    table = f"label: gpt\nstart={PARTITION_START // 512}, size={size // 512}, type={ESP_TYPE}\n"
    _partition(disk, table)

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


def _make_unified_image(tree: Tree, initrd: Path, cmdline: str, image: Path) -> None:
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
