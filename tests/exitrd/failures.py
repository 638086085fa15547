# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that a message names what cannot be copied, and that nothing is left behind."""

import os
import subprocess
from pathlib import Path

from place import PLACE, empty_place, mount, refused


def path_is_named(program: str) -> list[str]:
    (PLACE / "etc/my notes").mkdir(parents=True)
    (PLACE / "usr").mkdir()
    (PLACE / "etc/os-release").mkdir()
    found = refused(program, "Failed to copy '/run/initramfs/etc/os-release': Not a directory")
    if os.path.ismount(PLACE):
        found.append("it left something")
    empty_place()
    return found


def in_use(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    empty_place()
    other, live, file = Path("/run/other"), PLACE / "my/live", PLACE / "my/file"
    for path in (other, live):
        path.mkdir(parents=True)
    file.touch()
    (other / "file").touch()
    found = []
    # Mounts of another file system, of the same one, and of the directory on itself.
    for target, *words in (
        (live, "-t", "tmpfs", "test"),
        (live, "--bind", other),
        (live, "--bind", live),
        (live, "--rbind", "/proc/self"),
        (file, "--bind", other / "file"),
        (file, "--bind", file),
    ):
        mount(*map(str, words), str(target))
        found += refused(program, f"Failed to copy '{target}': Device or resource busy")
        if os.path.ismount(PLACE):
            found.append("it left something")
        subprocess.run(["umount", target], check=True)
    # Mounts are found even in directories that are left out.
    for number in range(1100):
        (PLACE / f"my/{number}").mkdir()
        (PLACE / f"my/{number}/place").mkdir()
    for number in (0, 600, 1099):
        mount("--bind", str(other), str(PLACE / f"my/{number}/place"))
        found += refused(program, f"'/run/initramfs/my/{number}/place': Device or resource busy")
        subprocess.run(["umount", PLACE / f"my/{number}/place"], check=True)
    return found


def no_program(program: str) -> list[str]:
    mount("-t", "tmpfs", "test", "/usr/lib/systemd")
    found = refused(program, "systemd-shutdown': No such file or directory")
    if os.path.ismount(PLACE):
        found.append("it left something")
    return found
