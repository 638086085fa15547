# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that existing files that exceed a limit are left out, with a message."""

import os
import subprocess
from pathlib import Path

from place import PLACE, empty_place, keep


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b"start")
        file.truncate(size)


def large_left_out(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    live = PLACE / "live images"
    live.mkdir()
    sparse(live / "data", 40 << 30)
    (live / "squashed.img").write_bytes(bytes(1 << 20) + b"end")
    sparse(live / "holes", 1 << 20)
    (live / "just right").write_bytes(bytes(1 << 20))
    code, said = keep(program)
    found = [] if code == 0 and said.count("\n") == 2 else [f"status {code}, '{said}'"]
    for name, size in (("data", 40960), ("squashed.img", 1)):
        if f"Leaving out '/run/initramfs/live images/{name}' of {size} MiB" not in said:
            found.append(f"it does not name {name}")
        if (live / name).exists():
            found.append(f"it copied {name}")
    holes = (live / "holes").stat()
    if holes.st_size != 1 << 20 or holes.st_blocks * 512 > 64 << 10:
        found.append(f"a file with holes has {holes.st_blocks} blocks")
    if (live / "holes").read_bytes() != b"start" + bytes((1 << 20) - 5):
        found.append("a file with holes is another one")
    if (live / "just right").read_bytes() != bytes(1 << 20):
        found.append("a file of 1 MiB is another one")
    subprocess.run(["umount", PLACE], check=True)
    subprocess.run(["rm", "-r", live], check=True)
    return found


def many_left_out(program: str) -> list[str]:
    empty_place()
    sparse(PLACE / "hole", 1 << 20)
    for number in range(6):
        (PLACE / f"note{number}").write_bytes(bytes(1 << 20))
    code, said = keep(program)
    found = [] if code == 0 else [f"status {code}"]
    if said != "Leaving out 3 files in '/run/initramfs', which exceeds the limit of 4 MiB\n":
        found.append(f"it says '{said}'")
    size = os.statvfs(PLACE)
    if (size.f_blocks - size.f_bfree) * size.f_bsize > 48 << 20:
        found.append("it copied all")
    empty_place()
    return found


def names_left_out(program: str) -> list[str]:
    """The names have no data, and the message does not mention data."""
    found = []
    for make in (Path.mkdir, Path.touch, lambda path: path.symlink_to("x")):
        for number in range(1100):
            make(PLACE / f"{number}")
        code, said = keep(program)
        if (code, said) != (
            0,
            "Leaving out 76 names in '/run/initramfs', which exceeds the limit of 1024\n",
        ):
            found.append(f"status {code}, '{said}'")
        empty_place()
    return found


def depth_left_out(program: str) -> list[str]:
    deep = PLACE / "/".join("d" * 20)
    deep.mkdir(parents=True)
    code, said = keep(program)
    found = [] if (PLACE / "/".join("d" * 16)).exists() else ["16 levels were not copied"]
    if (code, said) != (
        0,
        "Leaving out 1 directories in '/run/initramfs', which exceeds the limit of 16 levels\n",
    ):
        found.append(f"status {code}, '{said}'")
    empty_place()
    return found
