# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the files that PID 1 itself has open, and its working directory, if an /init of the image
executes fstag-init."""

from __future__ import annotations

import os

from case import MOVED, expect, expect_source, fill, test
from namespace import PROBE, Programs, mounted, run, start_probe


@test("PID 1's log goes on in the new root", "fstag.remount=tmpfs", "var/log file", MOVED)
@test("PID 1's log goes on, with bind", "fstag.remount=bind", "var/log file", "ramfs image")
@test("PID 1's log goes on if everything is copied", "fstag.remount=tmpfs", "etc/log", MOVED)
@test("PID 1's log goes on if something is mounted over it", "fstag.remount=tmpfs", "a/log", MOVED)
@test(
    "PID 1's log goes on if everything moves back", "fstag.remount=tmpfs", "var/log", "ramfs image"
)
def log(programs: Programs, cmdline: str, name: str, expected: str) -> None:
    before = b"before\n" * 300000  # more than one step copies
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        with (root / name).open("wb", buffering=0) as opened:
            opened.write(before)
            if name == "etc/log":
                run("mount", "--bind", root / "etc/hello", root / "etc/nothing")
            elif name == "a/log":
                run("mount", "-t", "tmpfs", "over", root / "a")
            elif name == "var/log":  # moves, and these two mounts cannot
                run("mount", "-t", "tmpfs", "first", root / "a")
                run("mount", "-t", "tmpfs", "second", root / "a")
            start_probe(programs, root, cmdline, stdout=opened)
        expect_source(root, expected)
        if name == "a/log":
            run("umount", root / "a")
        text = (root / name).read_bytes()
        told = text[len(before) :].decode(errors="replace")
        expect(
            text.startswith(before) and "\npid 1\n" in told,
            f"{len(text)} bytes, then '{told[:99]}'",
        )


@test("PID 1's log goes on under another name", "moved", MOVED)
@test("PID 1's log goes on under another name if everything is copied", "copied", MOVED)
@test(
    "PID 1's log goes on under another name if everything moves back", "moved back", "tmpfs image"
)
def renamed_log(programs: Programs, kind: str, expected: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        with (root / "log").open("wb", buffering=0) as opened:
            os.link(root / "log", root / "var/log.boot")
            (root / "log").unlink()
            (root / "log").write_text("another one\n")
            if kind == "copied":
                run("mount", "--bind", root / "etc/hello", root / "etc/nothing")
            elif kind == "moved back":
                run("mount", "-t", "tmpfs", "first", root / "a")
                run("mount", "-t", "tmpfs", "second", root / "a")
            start_probe(programs, root, "", stdout=opened)
        expect_source(root, expected)
        told = (root / "var/log.boot").read_text(errors="replace")
        expect("\npid 1\n" in told, f"it has '{told[:99]}'")
        expect((root / "log").read_text() == "another one\n", "it wrote to another file")


@test("PID 1 stays in its working directory", "")
@test("PID 1 stays in its working directory, with bind", "fstag.remount=bind")
@test("PID 1 stays in its working directory, with nothing to do", "fstag.remount=no")
def directory(programs: Programs, cmdline: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        os.link(root / PROBE, root / "elsewhere")
        result = start_probe(programs, root, cmdline, path="/elsewhere")
        expect(result.values("directory") == ["/a/deep"], result.output + result.errors)
