# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests invalid options, and file systems that do not support them."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable

from case import (
    EACH_CALL,
    MOVED,
    ONE,
    Failed,
    expect,
    expect_identical,
    expect_init,
    expect_source,
    fill,
    read,
    some,
    test,
)
from namespace import Programs, add_log, mounted, read_log, refusing, run, start_probe
from reconfigure import BOTH, INODES, SIZE, attributes, each_root, limits


@each_root(
    "size=64M,nr_inodes=7000,nosuid,size=1M",
    r"fstag.remountflags=.*size=1M cannot be .* \(Too small .*\): Invalid argument",
)
@each_root(
    "nosuid,size=64M,nr_inodes=10",
    r"fstag.remountflags=.*nr_inodes=10 cannot be .* \(Too few .*\): Invalid argument",
)
@each_root(
    "nosuid,size=64M,colour=red",
    "fstag.remountflags=: 'colour=red' is not a valid option .*: Invalid argument",
)
@each_root(
    "nosuid,size=64M,noexec",
    "fstag.remountflags=: 'noexec' is not a valid option .*: Invalid argument",
)
@each_root(
    "nosuid,size=64M,ro", "fstag.remountflags=: 'ro' is not a valid option .*: Invalid argument"
)
@each_root(
    "nosuid,size=64M,size=abc",
    "fstag.remountflags=: 'size=abc' is not a valid option .*: Invalid argument",
)
@each_root(
    "nosuid,size=64M,uid=1",
    "fstag.remountflags=: 'uid=1' is not a valid option .*: Invalid argument",
)
@each_root(
    "nosuid,size=64M,source=foo",
    "fstag.remountflags=: 'source=foo' is not a valid option .*: Invalid argument",
)
def refused(programs: Programs, way: tuple[Callable, str], options: str, message: str) -> None:
    """none of the options is set if one is invalid"""
    with way[0]("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_log(root)
        before = limits(root), attributes(root), root.stat().st_mode
        expect_init(start_probe(programs, root, f"fstag.remountflags={options}", mode=way[1]))
        after = limits(root), attributes(root), root.stat().st_mode
        expect(after == before, f"it was {before} and is {after}")
        lines = read_log(root)
        expect(len(lines) == 2, f"it says {lines}")
        expect(bool(re.fullmatch(f"3 {message}", lines[0])), f"it says {lines[0]}")
        expect(lines[1].endswith(f", without fstag.remountflags={options}"), f"it says {lines[1]}")


@test(f"{EACH_CALL} fails once, and the initramfs is bound or as it was")
def each_call_fails(programs: Programs) -> None:
    for number in some(range(1, 1000)):
        with refusing("tmpfs") as root:
            before = fill(programs, root, "tmpfs")
            old = limits(root)
            result = start_probe(
                programs,
                root,
                f"fstag.remountflags={BOTH},nosuid",
                mode="",
                fault=(number, errno.EIO),
                cpus=ONE,
            )
            expect_init(result)
            expect(limits(root) in (old, (SIZE, INODES)), f"call {number}: limits {limits(root)}")
            expect(
                "nosuid" not in attributes(root) or limits(root) != old,
                f"call {number}: half of the options",
            )
            expect_identical(before, root)
            if result.errors.startswith("none"):
                break
    else:
        raise Failed("the calls do not end")
    expect(number > 50, f"{number} calls")


@test("a limit moves a ramfs to a tmpfs that auto would leave", mounted, "")
@test("a limit moves a ramfs to a tmpfs that auto would bind", refusing, "root=x")
def ramfs_limited(programs: Programs, make: Callable, line: str) -> None:
    with make("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(
            start_probe(programs, root, f"{line} fstag.remountflags={BOTH},nosuid", mode="")
        )
        expect_source(root, MOVED)
        expect(limits(root) == (SIZE, INODES), f"they are {limits(root)}")
        expect(attributes(root) == {"rw", "nosuid", "relatime"}, f"they are {attributes(root)}")
        expect_identical(before, root)


@test("bind cannot limit a ramfs, and says so")
def ramfs_bound(programs: Programs) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        add_log(root)
        expect_init(start_probe(programs, root, "fstag.remount=bind fstag.remountflags=size=64M"))
        lines = read_log(root)
        expect(len(lines) == 2 and "the initramfs is a ramfs" in lines[0], f"it says {lines}")
        run("umount", root / "dev")
        (root / "dev").rmdir()
        expect_source(root, "ramfs image")
        before[""].pop("mtime"), (now := read(root))[""].pop("mtime")
        expect(now.keys() == before.keys(), "other files")
