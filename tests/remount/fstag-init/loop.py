# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests loop devices whose backing file is in the initramfs, although no process has it open."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from case import MOVED, expect, expect_init, expect_source, fill, test
from namespace import Programs, mounted, run, start_probe

MIB = 1 << 20


@contextlib.contextmanager
def attached(path: Path) -> Iterator[Path]:
    """Attaches a loop device to the file; no process has the file open."""
    found = subprocess.run(
        ["losetup", "--find", "--show", path], check=True, capture_output=True, text=True
    )
    device = Path(found.stdout.strip())
    try:
        yield device
    finally:
        run("losetup", "--detach", device)


def expect_content(device: Path, content: bytes) -> None:
    run("blockdev", "--flushbufs", device)
    expect(device.read_bytes() == content, "the device has lost data")


def expect_old(root: Path, is_there: bool) -> None:
    """Checks whether the old root, below the new one, still has its contents."""
    expect_source(root, MOVED)
    run("umount", root)
    expect((root / "etc/hello").exists() == is_there, f"{sorted(root.iterdir())} are left")


@test("the file below a loop device is copied", "attached", "ramfs")
@test("the file below a loop device is copied, from a tmpfs", "attached", "tmpfs")
@test("a deleted file below a loop device keeps its data", "deleted", "ramfs")
@test("a file below a loop device that something is mounted over is copied", "hidden", "ramfs")
def loop_device(programs: Programs, kind: str, fs: str) -> None:
    content = random.randbytes(4 * MIB)
    with mounted(fs) as root:
        fill(programs, root, fs)
        (root / "a/disk image").write_bytes(content)
        with attached(root / "a/disk image") as device:
            if kind == "deleted":
                (root / "a/disk image").unlink()
            elif kind == "hidden":
                run("mount", "-t", "tmpfs", "over", root / "a")
                (root / "a/disk image").write_bytes(b"another one")
            expect_init(start_probe(programs, root, ""))
            expect_content(device, content)
            if kind == "hidden":
                run("umount", root / "a")
            expect_old(root, True)


@test("a loop device that is mounted by another node")
def other_node(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        image = root / "image"
        with image.open("wb") as opened:
            opened.truncate(8 * MIB)
        run("mkfs.ext4", "-q", image)
        with attached(image) as device:
            os.mknod(root / "disk0", stat.S_IFBLK | 0o600, device.stat().st_rdev)
            run("mount", root / "disk0", root / "a")
            (root / "a/file").write_text("on the disk")
            expect_init(start_probe(programs, root, ""))
            expect((root / "a/file").read_text() == "on the disk", "it is not mounted")
            run("umount", root / "a")
            expect_old(root, True)
            run("blockdev", "--flushbufs", device)
            run("mount", device, root / "a")
            expect((root / "a/file").read_text() == "on the disk", "it cannot be mounted again")
            run("umount", root / "a")


@test("a loop device whose file is elsewhere does not matter")
def elsewhere(programs: Programs) -> None:
    content = random.randbytes(4 * MIB)
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "elsewhere", root / "a")
        (root / "a/image").write_bytes(content)
        with attached(root / "a/image") as device:
            expect_init(start_probe(programs, root, ""))
            expect_content(device, content)
            run("umount", "--lazy", root / "a")
            expect_old(root, False)
