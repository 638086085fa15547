# SPDX-License-Identifier: LGPL-2.1-or-later
"""Manages the directory that fstag-exitrd fills, and calls the program."""

import os
import subprocess
from pathlib import Path

PLACE = Path("/run/initramfs")
LIMIT = 20  # seconds; it takes a fraction of one


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def empty_place() -> None:
    if os.path.ismount(PLACE):
        subprocess.run(["umount", PLACE], check=True)
    subprocess.run(["find", PLACE, "-mindepth", "1", "-delete"], check=True)


def keep(program: str) -> tuple[int, str]:
    done = subprocess.run([program], capture_output=True, text=True, env={}, timeout=LIMIT)
    return done.returncode, done.stderr


def refused(program: str, reason: str) -> list[str]:
    code, said = keep(program)
    if code != 1 or reason not in said or said.count("\n") != 1:
        return [f"status {code}, '{said}'"]
    return []
