# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests parameters of the command line: the mode, and the options of a new tmpfs."""

from __future__ import annotations

import os
import subprocess

from case import MOVED, expect, expect_identical, expect_init, expect_source, fill, test
from namespace import Programs, mounted, mounts_on, refusing, source, start_probe


@test("bind", "fstag.remount=bind", "ramfs image")
@test("bind with rd.", "rd.fstag.remount=bind", "ramfs image")
@test("bind with a root to come", "fstag.remount=bind root=/dev/sda", "ramfs image")
@test("bind of a ramfs", "fstag.remount=bind rootfstype=ramfs", "ramfs image")
@test("tmpfs", "fstag.remount=tmpfs", MOVED)
@test("no", "fstag.remount=no", None)
@test("a boolean for no", "fstag.remount=off", None)
@test("auto where pivot_root works", "fstag.remount=auto", None)
@test("a boolean for auto where pivot_root works", "fstag.remount=yes", None)
@test("an unknown mode where pivot_root works", "fstag.remount=copy", None)
def mode(programs: Programs, cmdline: str, expected: str | None) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        on_root = mounts_on(root)
        expect(len(on_root) == (1 if expected is None else 2), f"on / are {on_root}")
        expect(expected is None or source(root) == expected, f"on / is {source(root)}")
        expect_identical(before, root)


@test("without a mode", "")
@test("without a mode, with a root to come", "root=fstag:x")
@test("auto where pivot_root does not work", "fstag.remount=auto")
@test("a boolean for auto", "rd.fstag.remount=1 root=/dev/vda2")
@test("an unknown mode counts as none", "fstag.remount=copy")
def default_mode(programs: Programs, cmdline: str) -> None:
    with refusing("tmpfs") as root:
        before = fill(programs, root, "tmpfs")
        expect_init(start_probe(programs, root, cmdline, mode=""))
        expect(len(mounts_on(root)) == 2, f"on / are {mounts_on(root)}")
        expect_source(root, "tmpfs image")
        expect_identical(before, root)
        # pivot_root accepts this root.
        expect_init(start_probe(programs, root, cmdline, mode=""))
        expect(len(mounts_on(root)) == 2, f"the second time on / are {mounts_on(root)}")


@test("no second move")
def once(programs: Programs) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, ""))
        expect_init(start_probe(programs, root, ""))
        expect(len(mounts_on(root)) == 2, "it was moved twice")
        expect_identical(before, root)


@test("size= of the new tmpfs", "fstag.remountflags=size=64M", {"size": 64 << 20})
@test("initramfs_options=", "initramfs_options=size=64M", {"size": 64 << 20})
@test("rootflags= without a root", "rootflags=size=64M", {"size": 64 << 20})
@test(
    "nr_inodes= and more",
    "fstag.remountflags=nr_inodes=5000,mpol=default,huge=never",
    {"inodes": 5000},
)
@test("mpol= with commas", "fstag.remountflags=mpol=bind:0,0,size=64M", {"size": 64 << 20})
@test("mode=", "fstag.remountflags=mode=0711", {"mode": 0o711})
def options(programs: Programs, cmdline: str, expected: dict[str, int]) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        expect_source(root, MOVED)
        fs = os.statvfs(root)
        found = {"size": fs.f_blocks * fs.f_frsize, "inodes": fs.f_files}
        found["mode"] = root.stat().st_mode & 0o7777
        seen = {key: found[key] for key in expected}
        expect(seen == expected, f"{seen}, not {expected}")
        if "mode" in expected:
            before[""]["mode"] = root.stat().st_mode
        expect_identical(before, root)


@test("without size=, there is room for the image and half of the memory that it leaves")
def default_size(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, ""))
        fs = os.statvfs(root)
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        size = fs.f_blocks * fs.f_frsize
        expect(memory // 2 <= size <= memory // 2 + (16 << 20), f"{size} of {memory}")


@test(
    "huge pages as set for the kernel",
    "transparent_hugepage_tmpfs=within_size",
    "huge=within_size",
)
@test(
    "huge= takes precedence",
    "transparent_hugepage_tmpfs=always fstag.remountflags=huge=never",
    None,
)
@test("an unknown value for huge pages", "transparent_hugepage_tmpfs=maybe", None)
def huge(programs: Programs, cmdline: str, expected: str | None) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        expect_source(root, MOVED)
        found = [word for word in mounts_on(root)[-1].split()[-1].split(",") if "huge" in word]
        expect(found == ([expected] if expected else []), f"it has {found}")
        expect_identical(before, root)


def kernel_log() -> str:
    return subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace").stdout


@test(
    "too small a size=",
    "fstag.remountflags=size=1M",
    r"fstag.remountflags= allows 1 MiB, but the initramfs contains",
)
@test(
    "too few inodes",
    "fstag.remountflags=nr_inodes=10",
    r"fstag.remountflags= allows 10 files, but the initramfs contains",
)
@test(
    "an unknown option",
    "fstag.remountflags=size=64M,colour=red",
    "'colour=red' is not a valid option",
)
@test("a read-only tmpfs", "rootflags=ro", "rootflags=: 'ro' is not a valid option")
def refused(programs: Programs, cmdline: str, message: str) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        told = len(kernel_log())
        expect_init(start_probe(programs, root, cmdline))
        # The initramfs is bound instead.
        expect_source(root, "ramfs image")
        expect(message in kernel_log()[told - 10000 :], "no message")
        expect_identical(before, root)
