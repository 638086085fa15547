# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests mounts in the initramfs, and files that others use, from before fstag-init starts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from case import MOVED, Failed, expect, expect_identical, expect_init, expect_source, fill, test
from namespace import (
    PROBE,
    Programs,
    add_log,
    mounted,
    mounts_on,
    read_log,
    run,
    source,
    start,
    start_probe,
)


def add_mounts(root: Path) -> None:
    (root / "var/empty/hidden").write_text("below")
    run("mount", "-t", "tmpfs", "one", root / "var/empty")
    (root / "var/empty/inner").mkdir()
    (root / "var/empty/file").write_text("bound")
    run("mount", "-t", "tmpfs", "two", root / "var/empty/inner")
    run("mount", "--bind", root / "var/empty/file", root / "etc/nothing")


def expect_mounts(root: Path) -> None:
    found = [source(root / name) for name in ("var/empty", "var/empty/inner", "etc/nothing")]
    expect(found == ["tmpfs one", "tmpfs two", "tmpfs one"], f"mounted are {found}")
    expect((root / "etc/nothing").read_text() == "bound", "the bound file is not there")
    run("umount", root / "etc/nothing")
    run("umount", "--recursive", root / "var/empty")
    expect((root / "var/empty/hidden").read_text() == "below", "what was below is gone")
    expect((root / "etc/nothing").read_text() == "", "what was below the file is gone")


@test("mounts move along", "fstag.init=/probe", MOVED)
@test("mounts move along, with bind", "fstag.remount=bind", "ramfs image")
@test("mounts move back", "fstag.init=/etc/hello root=x", "ramfs image")
def mounts(programs: Programs, cmdline: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        add_mounts(root)
        (root / "sbin").mkdir()
        result = start_probe(programs, root, cmdline)
        expect_source(root, expected)
        if "hello" not in cmdline:
            expect_init(result)
        expect_mounts(root)


@test("a mount on a large file", False)
@test("a mount on a file with several names, moved back", True)
def mount_on_file(programs: Programs, fails: bool) -> None:
    place = "a/one" if fails else "var/sparse-large"
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "one", "/mnt")
        Path("/mnt/file").write_text("bound")
        run("mount", "--bind", "/mnt/file", root / place)
        start(programs, root, "fstag.init=/etc/hello root=x" if fails else "fstag.init=/probe")
        expect((source(root) == MOVED) != fails, f"on / is {source(root)}")
        expect((root / place).read_text() == "bound", "the mount is gone")
        run("umount", root / place)
        run("umount", "/mnt")
        expect_identical(before, root)


@test("a mount hidden by another one", ("a/deep/directory", "a"), False)
@test("a shared root", ("a",), True)
def mount_tree(programs: Programs, directories: tuple[str, ...], is_shared: bool) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        for directory in directories:
            run("mount", "-t", "tmpfs", directory, root / directory)
        if is_shared:
            run("mount", "--make-rshared", root)
        expect_init(start_probe(programs, root, ""))
        expect_source(root, MOVED)
        expect_source(root / "a", "tmpfs a")


@test("two mounts on one directory stay as they are")
def stacked_mounts(programs: Programs) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "first", root / "a")
        run("mount", "-t", "tmpfs", "second", root / "a")
        expect_init(start_probe(programs, root, ""))
        expect_source(root / "a", "tmpfs second")
        run("umount", root / "a")
        run("umount", root / "a")
        expect_identical(before, root)


@test("programs that already run keep their mounts", "", MOVED)
@test("programs that already run keep their mounts, with bind", "fstag.remount=bind", "ramfs image")
def company(programs: Programs, cmdline: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        shutil.copy(programs.probe, root / "company")
        run("mount", "-t", "tmpfs", "one", root / "a")
        result = start_probe(programs, root, cmdline, path="/company")
        expect(result.values("argument") == [f"/{PROBE}"], result.output + result.errors)
        expect(source(root) == expected and len(mounts_on(root)) == 2, f"on / is {source(root)}")
        expect(result.values("company") == ["tmpfs"], "its mount is gone")
        expect_source(root / "a", "tmpfs one")


@test("a file that is mounted elsewhere is copied", "bind")
@test("the layer of an overlay is copied", "overlay")
def in_use(programs: Programs, kind: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        if kind == "bind":
            run("mount", "--bind", root / "etc/hello", root / "etc/nothing")
        else:
            for name in ("upper", "work"):
                (root / name).mkdir()
            layers = f"lowerdir={root}/etc,upperdir={root}/upper,workdir={root}/work"
            run("mount", "-t", "overlay", "-o", layers, "overlay", root / "a")
        expect_init(start_probe(programs, root, ""))
        expect_source(root, MOVED)
        place = root / ("etc/nothing" if kind == "bind" else "a/hello")
        expect(place.read_text() == "hello\n", "what was mounted is not there")
        run("umount", place if kind == "bind" else root / "a")
        run("umount", root)
        expect((root / "etc/hello").read_text() == "hello\n", "it was taken away")


def keep_namespace(kind: str, file: Path) -> None:
    """Tries repeatedly, because Linux 6.18 and later refuse some mount namespaces by chance."""
    for _ in range(100):
        done = subprocess.run(
            ["unshare", "--propagation", "unchanged", f"--{kind}={file}", "true"],
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            return
    raise Failed(done.stderr)


@test("the files of a mount namespace that is kept are copied", "mount")
@test("a namespace of another kind does not matter", "uts")
def kept_namespace(programs: Programs, kind: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_log(root)
        run("mount", "-t", "tmpfs", "keep", root / "a")
        file = root / "a/kept by"
        file.touch()
        keep_namespace(kind, file)
        expect_init(start_probe(programs, root, ""))
        expect_source(root, MOVED)
        told = ", keeping the old copy because a mount namespace that is kept as a file may use it"
        expect(read_log(root)[-1].endswith(told) == (kind == "mount"), f"it says {read_log(root)}")
        if kind == "mount":
            command = ["nsenter", f"--mount={file}", "cat", root / "etc/hello"]
            done = subprocess.run(command, capture_output=True, text=True)
            expect(done.stdout == "hello\n", f"in it is '{done.stdout}', {done.stderr}")
        run("umount", file)
