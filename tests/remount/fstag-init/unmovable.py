# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests an initramfs from which nothing can be removed: the move fails with a message and without
damage."""

from __future__ import annotations

import subprocess
from pathlib import Path

from case import ONE, expect, expect_identical, expect_init, expect_source, fill, read, test
from namespace import Programs, add_log, mounted, mounts_on, read_log, run, start_probe


def protect(root: Path, how: str, name: str) -> None:
    if how == "read-only":
        run("mount", "-o", "remount,ro", root)
    elif how == "read-only mount":
        run("mount", "-o", "remount,bind,ro,noatime", root)
    else:
        run("chattr", how, root / name)


@test("a read-only initramfs is left alone", "tmpfs", "read-only", "")
@test("a read-only ramfs is left alone", "ramfs", "read-only", "")
@test("an initramfs with a read-only mount is left alone", "tmpfs", "read-only mount", "")
@test("an immutable directory is left alone", "tmpfs", "+i", "etc")
@test("a nested immutable directory is left alone", "tmpfs", "+i", "a/deep/directory")
@test("an immutable directory with large files is left alone", "tmpfs", "+i", "var")
@test("an immutable root is left alone", "tmpfs", "+i", ".")
@test("an append-only directory is left alone", "tmpfs", "+a", "a")
@test("an immutable file is left alone", "tmpfs", "+i", "etc/owned")
@test("an immutable file with several hard links is left alone", "tmpfs", "+i", "var/large")
@test("an append-only file is left alone", "tmpfs", "+a", "var/sparse-large")
def unmovable(programs: Programs, fs: str, how: str, name: str) -> None:
    for cpus in (ONE, None):
        with mounted(fs) as root:
            fill(programs, root, fs)
            (root / "dev").mkdir()
            before = read(root)
            add_log(root)
            protect(root, how, name)
            expect_init(start_probe(programs, root, "", cpus=cpus))
            expect_source(root, f"{fs} image")
            expect(len(mounts_on(root)) == 2, f"on / are {mounts_on(root)}")
            lines = read_log(root)
            expect(
                len(lines) == 2 and lines[0].startswith("3 Failed to move '/"), f"it says {lines}"
            )
            expect(lines[1] == "6 Bound the initramfs over itself instead", f"it says {lines}")
            run("umount", root / "dev")
            if how == "read-only":
                run("mount", "-o", "remount,rw,noatime", root)
            else:
                subprocess.run(["chattr", "-ia", root / name], capture_output=True)
            expect_identical(before, root)
