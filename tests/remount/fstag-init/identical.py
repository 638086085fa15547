# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that the new root is identical to the old one."""

from __future__ import annotations

import ctypes
import errno
import os

import images
from case import (
    FEWER,
    MOVED,
    ONE,
    expect,
    expect_identical,
    expect_init,
    expect_source,
    fill,
    read,
    test,
)
from namespace import Programs, libc, mounted, run, start, start_probe

LARGE_IMAGE_FILES = 20000 // FEWER
CACHESTAT = 451  # its number on nearly every architecture


def has_cachestat() -> bool:
    libc.syscall(CACHESTAT, -1, None, None, 0)
    return ctypes.get_errno() != errno.ENOSYS


@test("every kind of file, from a ramfs, one thread", "ramfs", ONE)
@test("every kind of file, from a ramfs, all threads", "ramfs", None)
@test("every kind of file, from a tmpfs, one thread", "tmpfs", ONE)
@test("every kind of file, from a tmpfs, all threads", "tmpfs", None)
def identical(programs: Programs, fs: str, cpus: set[int] | None) -> None:
    with mounted(fs) as root:
        before = fill(programs, root, fs)
        expect_init(start_probe(programs, root, "", "--word", "a b", cpus=cpus), "--word", "a b")
        expect_source(root, MOVED)
        expect_identical(before, root)


@test(f"{LARGE_IMAGE_FILES:,} files from a ramfs", "ramfs")
@test(f"{LARGE_IMAGE_FILES:,} files from a tmpfs", "tmpfs")
def identical_large(programs: Programs, fs: str) -> None:
    with mounted(fs) as root:
        images.many(root, LARGE_IMAGE_FILES)
        before = fill(programs, root, fs)
        expect_init(start_probe(programs, root, ""))
        expect_source(root, MOVED)
        expect_identical(before, root)


@test("a file that is nearly one hole")
def huge_hole(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        # Without cachestat(2), before Linux 6.5, 30 GiB take a second.
        size = 1 << (55 if has_cachestat() else 34)
        images.sparse(root / "huge", size, 1 << 33, (1 << 33) + (1 << 20))
        expect_init(start_probe(programs, root, ""))
        expect_source(root, MOVED)
        found = (root / "huge").stat()
        expect((found.st_size, found.st_blocks) == (size, 16), f"it has {found}")
        with (root / "huge").open("rb") as opened:
            places = [
                opened.seek(1 << 33, os.SEEK_DATA),
                opened.seek((1 << 33) + 4096, os.SEEK_DATA),
            ]
            expect(places == [1 << 33, (1 << 33) + (1 << 20)], f"its data is at {places}")
            expect(opened.read(4096) == b"data" * 1024, "its data is another")


@test("the old file system is empty", "")
@test("the old file system is empty, with a root to come", "root=fstag:x")
def old_is_empty(programs: Programs, cmdline: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        expect_source(root, MOVED)
        run("umount", root)
        expect(not list(root.iterdir()), "something is left")


@test("the mode of the old root is restored", "fstag.remountflags=mode=0711")
@test("a default ACL of the root does not apply to files that move back", "")
def root_after_undo(programs: Programs, cmdline: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        os.setxattr(root, "system.posix_acl_default", images.ACL)
        before = read(root)
        start(programs, root, f"fstag.init=/etc/hello root=x {cmdline}")
        expect_source(root, "tmpfs image")
        expect_identical(before, root)


@test("a set-id bit of mode= and huge pages change nothing else", "mode=2755,huge=always")
def awkward_options(programs: Programs, flags: str) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, f"fstag.remountflags={flags}"))
        expect_source(root, MOVED)
        before[""]["mode"] = root.stat().st_mode
        expect_identical(before, root)
        fs = os.statvfs(root)
        used = (fs.f_blocks - fs.f_bfree) * fs.f_frsize
        expect(used < 16 << 20, f"{used} bytes are used")
