# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests options if the files stay: fstag-init sets them on the existing tmpfs of the initramfs and
on its mount. Also tests the line that reports what was done."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from case import MOVED, expect, expect_identical, expect_init, expect_source, fill, test
from namespace import Programs, add_log, mounted, mounts_on, read_log, refusing, start_probe

SIZE, INODES = 48 << 20, 5000
BOTH = "size=48M,nr_inodes=5000"
ROOTS: dict[str, tuple[Callable, str]] = {
    "bound": (mounted, "fstag.remount=bind"),
    "bound by default": (refusing, ""),
    "left where it is": (mounted, ""),
}


def limits(root: Path) -> tuple[int, int]:
    fs = os.statvfs(root)
    return fs.f_blocks * fs.f_frsize, fs.f_files


def attributes(root: Path) -> set[str]:
    return set(mounts_on(root)[-1].split()[5].split(","))


def each_root(*arguments: object) -> Callable:
    """Registers a test for each mode in which the files stay, named by the docstring."""

    def register(function: Callable) -> Callable:
        for name, way in ROOTS.items():
            test(f"{function.__doc__}, {name}, {arguments[0]}", way, *arguments)(function)
        return function

    return register


@each_root(f"fstag.remountflags={BOTH}")
@each_root(f"initramfs_options={BOTH}")
@each_root(f"rootflags={BOTH}")
@each_root(f"rd.fstag.remountflags={BOTH} root=x rootflags=size=1M")
@each_root(f"rootflags=size=50%,x-foo rootflags={BOTH},defaults,rw")
def limited(programs: Programs, way: tuple[Callable, str], line: str) -> None:
    """limits"""
    with way[0]("tmpfs") as root:
        before = fill(programs, root, "tmpfs")
        expect_init(start_probe(programs, root, line, mode=way[1]))
        expect(limits(root) == (SIZE, INODES), f"they are {limits(root)}")
        expect_source(root, "tmpfs image")
        expect_identical(before, root)


@each_root("rootflags=size=48M root=x")
@each_root("rootflags=size=48M roothash=00")
@each_root("rootflags=size=48M rootfstype=virtiofs")
@each_root("rootflags=size=48M rootfstype=tmpfs")
@each_root("rootflags=size=48M", "etc/initrd-release")
@each_root("fstag.remountflags= rootflags=size=48M")
def not_limited(programs: Programs, way: tuple[Callable, str], line: str, file: str = "") -> None:
    """no limits"""
    with way[0]("tmpfs") as root:
        fill(programs, root, "tmpfs")
        if file:
            (root / file).touch()
        before = limits(root)
        expect_init(start_probe(programs, root, line, mode=way[1]))
        expect(limits(root) == before, f"they were {before} and are {limits(root)}")


@test("attributes of a new tmpfs", (mounted, "fstag.remount=tmpfs"), "nodev,nosuid,noatime")
@each_root("nodev,nosuid,noatime")
@each_root("dev,nosuid,nodiratime,relatime,nodev,exec")
@each_root("strictatime,nosuid,suid,nodev")
def mount_attributes(programs: Programs, way: tuple[Callable, str], options: str) -> None:
    """attributes"""
    cases = {
        "nodev,nosuid,noatime": {"rw", "nodev", "nosuid", "noatime"},
        "dev,nosuid,nodiratime,relatime,nodev,exec": {
            "rw",
            "nodev",
            "nosuid",
            "nodiratime",
            "relatime",
        },
        "strictatime,nosuid,suid,nodev": {"rw", "nodev"},
    }
    # A ramfs has the same attributes.
    for fs in ("tmpfs", "ramfs"):
        with way[0](fs) as root:
            before = fill(programs, root, fs)
            expect_init(start_probe(programs, root, f"fstag.remountflags={options}", mode=way[1]))
            expect(attributes(root) == cases[options], f"they are {attributes(root)}")
            expect_source(root, MOVED if "tmpfs" in way[1] else f"{fs} image")
            expect_identical(before, root)


@each_root("mode=0711,nosuid")
def mode_of_root(programs: Programs, way: tuple[Callable, str], options: str) -> None:
    """the mode of the root"""
    with way[0]("tmpfs") as root:
        before = fill(programs, root, "tmpfs")
        expect_init(start_probe(programs, root, f"fstag.remountflags={options}", mode=way[1]))
        before[""]["mode"] = root.stat().st_mode
        expect(before[""]["mode"] & 0o7777 == 0o711, f"it is {before['']['mode']:o}")
        expect_identical(before, root)


BOUND = "6 Bound the initramfs over itself"
LEFT = "6 pivot_root already works, leaving the initramfs alone"
OPTIONS = "with fstag.remountflags=size=64M,nosuid"
SAYS = {
    "no": (mounted, "fstag.remount=no", ["6 fstag.remount=no, leaving the initramfs alone"]),
    "bind": (mounted, "fstag.remount=bind", [BOUND]),
    "the default": (refusing, "", [BOUND]),
    "the default, with a root to come": (refusing, "root=fstag:my%20fs", [BOUND]),
    "auto": (mounted, "fstag.remount=auto", [LEFT]),
    "options": (mounted, "fstag.remountflags=size=64M,nosuid", [f"{LEFT}, {OPTIONS}"]),
    "options of what is bound": (
        refusing,
        "fstag.remountflags=size=64M,nosuid",
        [f"{BOUND}, {OPTIONS}"],
    ),
    "no options": (mounted, "fstag.remountflags= rootflags=size=1M", [LEFT]),
    "an unknown mode": (
        mounted,
        "fstag.remount=tmpsf",
        [r"4 fstag.remount='tmpsf' is not one of no, auto, tmpfs, bind, ignoring", LEFT],
    ),
    "tmpfs": (
        mounted,
        "fstag.remount=tmpfs",
        [r"6 Moved the initramfs, \d+ files and \d+ MiB, to a tmpfs in \d+ ms"],
    ),
    "tmpfs, with options": (
        mounted,
        "fstag.remount=tmpfs fstag.remountflags=size=64M,nosuid",
        [rf"6 Moved the initramfs, \d+ files and \d+ MiB, to a tmpfs in \d+ ms, {OPTIONS}"],
    ),
    "too small a tmpfs": (
        mounted,
        "fstag.remount=tmpfs fstag.remountflags=size=1M",
        [
            r"3 fstag.remountflags= allows 1 MiB, but the initramfs contains \d+ MiB: "
            "No space left on device",
            f"{BOUND} instead, without fstag.remountflags=size=1M",
        ],
    ),
    "a name for the tmpfs": (
        mounted,
        "fstag.remount=tmpfs fstag.remountflags=source=foo",
        [
            "3 fstag.remountflags=: 'source=foo' is not a valid option for a tmpfs used as root: "
            "Invalid argument",
            f"{BOUND} instead, without fstag.remountflags=source=foo",
        ],
    ),
    "too small a tmpfs, with a root to come": (
        mounted,
        "root=x fstag.remount=tmpfs fstag.remountflags=nr_inodes=9",
        [
            r"3 fstag.remountflags= allows 9 files, but the initramfs contains \d+: "
            "No space left on device",
            f"{BOUND} instead, without fstag.remountflags=nr_inodes=9",
        ],
    ),
}


def says(programs: Programs, make: Callable, line: str, expected: list[str]) -> None:
    with make("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_log(root)
        expect_init(start_probe(programs, root, line, mode=""))
        lines = read_log(root)
        expect(
            len(lines) == len(expected) and all(map(re.fullmatch, expected, lines)),
            f"it says {lines}",
        )


for name, arguments in SAYS.items():
    test(f"what it logs, {name}", *arguments)(says)


@test("what it logs, its own tmpfs")
def says_twice(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        expect_init(start_probe(programs, root, ""))
        add_log(root)
        expect_init(start_probe(programs, root, "fstag.remountflags=size=64M"))
        expected = ["6 '/' is already a tmpfs made by fstag, leaving the initramfs alone"]
        expect(read_log(root) == expected, f"it says {read_log(root)}")


@test("what it logs, a second round")
def says_again(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_log(root)
        environment = {"FSTAG_INIT_EXECUTED": "/init"}
        expect_init(start_probe(programs, root, "fstag.remount=bind", environment=environment))
        expect(
            read_log(root) == ["6 It has run before, leaving the initramfs alone"],
            "it says something else",
        )
        expect(len(mounts_on(root)) == 1, "it was bound again")
