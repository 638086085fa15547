#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that every program accepts --help and --version and then does nothing else. Prints TAP.

usage: usage.py PROGRAM...
"""

import functools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import tap  # noqa: E402

PAGES = Path(__file__).parent.parent / "man"
USAGE_ERROR = {"fstag-run": 125}
# System calls whose effect outlasts the program, or reaches other processes.
CHANGES = (
    "mount",
    "fsopen",
    "open_tree",
    "move_mount",
    "unshare",
    "socket",
    "unlinkat",
    "mkdirat",
    "mkdir",
    "symlinkat",
    "kill",
    "reboot",
    "chroot",
)


def run(program: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20
    )


def answers(program: str) -> list[str]:
    name, found = Path(program).name, []
    for option in ("--help", "-h"):
        done = run(program, option)
        if done.returncode or not done.stdout.startswith(f"Usage: {name}") or done.stderr:
            found.append(f"{option}: {done}")
        if max(map(len, done.stdout.splitlines()), default=0) > 80:
            found.append(f"{option}: a line over 80 columns")
    for option in ("--version", "-V"):
        done = run(program, option)
        if done.returncode or done.stderr or done.stdout.split()[:1] != [name]:
            found.append(f"{option}: {done}")
    return found


def refuses(program: str) -> list[str]:
    name, found = Path(program).name, []
    for option in ("--nonsense", "-x"):
        done = run(program, option)
        expected = USAGE_ERROR.get(name, 1)
        hint = f"Try '{name} --help' for more information."
        lines = done.stderr.splitlines()
        if (
            done.returncode != expected
            or done.stdout
            or len(lines) != 2
            or not lines[0].startswith(f"{name}: ")
            or lines[1] != hint
        ):
            found.append(f"{option}: {done}")
    return found


def does_nothing_else(program: str) -> list[str]:
    found = []
    for option in ("--help", "--version", "--nonsense"):
        with tempfile.NamedTemporaryFile("r") as log:
            subprocess.run(
                [
                    "strace",
                    "-f",
                    "-o",
                    log.name,
                    "-e",
                    "trace=" + ",".join(CHANGES) + ",openat",
                    program,
                    option,
                ],
                capture_output=True,
                timeout=20,
                # The leak sanitizer cannot work together with strace.
                env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
            )
            for line in log:
                if "= -1" not in line and (
                    "openat" not in line
                    or "O_WRONLY" in line
                    or "O_RDWR" in line
                    or "O_CREAT" in line
                ):
                    if "exited" not in line:
                        found.append(f"{option}: {line.strip()}")
    return found


def says_full_disk(program: str) -> list[str]:
    name, found = Path(program).name, []
    expected = (USAGE_ERROR.get(name, 1), f"{name}: write error: No space left on device\n")
    for option in ("--help", "-h", "--version", "-V"):
        with open("/dev/full", "w") as full:
            done = subprocess.run([program, option], stdout=full, stderr=subprocess.PIPE, text=True)
        if (done.returncode, done.stderr) != expected:
            found.append(f"{option}: {done}")
    return found


def page_has_options(program: str) -> list[str]:
    pages = list(PAGES.glob(f"{Path(program).name}[.@]*"))
    text = "".join(page.read_text() for page in pages)
    options = r"^\.Fl h \| -help \| V \| -version$|^\.It Fl h , -help\n\.It Fl V , -version$"
    return [] if re.search(options, text, re.MULTILINE) else [f"not in {pages}"]


def main() -> int:
    return tap.run(
        [
            (f"{Path(program).name} {test.__name__}", functools.partial(test, program))
            for program in sys.argv[1:]
            for test in (answers, refuses, does_nothing_else, says_full_disk, page_has_options)
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
