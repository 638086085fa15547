# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that files that already exist become part of the copy."""

import os
import subprocess
from pathlib import Path

from copied import kept
from place import PLACE, empty_place, keep, mount


def taken_over(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    (PLACE / "log").mkdir()
    (PLACE / "log/a").write_text("text")
    os.chown(PLACE / "log/a", 1, 2)
    os.chmod(PLACE / "log/a", 0o640)
    (PLACE / "link").symlink_to("log/a")
    os.mkfifo(PLACE / "pipe")
    found = kept(program)
    if not os.path.ismount(PLACE) or (PLACE / "link").read_text() != "text":
        found.append("it was not taken over")
    of_file = os.stat(PLACE / "log/a")
    if (of_file.st_uid, of_file.st_gid, of_file.st_mode & 0o7777) != (1, 2, 0o640):
        found.append(f"it has other permissions: {of_file}")
    return found


def merged_through_links(program: str) -> list[str]:
    """Files below a name that is a symbolic link in the root go to its target in the tree."""
    found = []
    for top in ("lib", "sbin", "bin", "lib64"):
        (PLACE / top / "dracut hooks/ümläut").mkdir(parents=True)
        (PLACE / top / "dracut hooks/ümläut" / top).write_text(top)
    libc = next(Path("/usr/lib").rglob("libc.so.6"))
    mine = PLACE / "lib" / libc.relative_to("/usr/lib")
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("not the library")
    if keep(program) != (0, ""):
        empty_place()
        return ["it failed"]
    for top in ("lib", "sbin", "bin", "lib64"):
        at = PLACE / "usr" / top / "dracut hooks/ümläut" / top
        if not (PLACE / top).is_symlink() or not at.exists() or at.read_text() != top:
            found.append(f"{top} is not merged")
    listed = subprocess.run(
        ["/shutdown"],
        capture_output=True,
        preexec_fn=lambda: os.chroot(PLACE),
        env={"LD_TRACE_LOADED_OBJECTS": "1"},
    )
    if listed.returncode:
        found.append("the shutdown has lost a library")
    empty_place()
    return found


def no_way_out(program: str) -> list[str]:
    """A symbolic link that would lead out of the tree is followed inside the tree."""
    outside, found = Path("/run/outside"), []
    outside.mkdir()
    mount("-t", "tmpfs", "test", "/etc")
    for name in ("os-release", "initrd-release"):
        Path("/etc", name).symlink_to("/run/outside")
        (PLACE / "etc" / name).mkdir(parents=True)
        (PLACE / "etc" / name / "file").write_text("text")
    if keep(program) != (0, ""):
        found.append("it failed")
    if list(outside.iterdir()):
        found.append("it wrote there")
    if not (PLACE / "run/outside/file").exists():
        found.append("it did not write at the same path in the tree")
    empty_place()
    subprocess.run(["umount", "/etc"], check=True)
    outside.rmdir()
    return found
