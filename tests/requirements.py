#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that the build and the programs report a missing requirement in one line. Prints TAP.

usage: requirements.py PROGRAM...        the programs that move mounts
"""

import ctypes
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import tap  # noqa: E402

SOURCE = Path(__file__).resolve().parents[1]
CLONE_NEWNS = 0x00020000
NO_STATIC = """#!/bin/sh
for word; do [ "$word" = -static ] && exit 1; done
exec gcc "$@"
"""
OLD_LIBC = """#!/bin/sh
exec gcc -isystem "${0%/*}" "$@"
"""
LIMIT = 120


def build_says(compiler: str, expected: str) -> list[str]:
    """The compiler is a script that imitates a system that lacks something."""
    with tempfile.TemporaryDirectory() as scratch:
        cc = Path(scratch) / "cc"
        cc.write_text(compiler)
        cc.chmod(0o755)
        (Path(scratch) / "sys").mkdir()
        (Path(scratch) / "sys/mount.h").write_text("/* one that is older */\n")
        done = subprocess.run(
            ["meson", "setup", f"{scratch}/build", SOURCE],
            text=True,
            capture_output=True,
            env={**os.environ, "CC": cc},
            timeout=LIMIT,
        )
    told = [line for line in done.stdout.splitlines() if "ERROR" in line]
    if done.returncode == 0 or len(told) != 1 or expected not in told[0]:
        return [f"status {done.returncode}, {told}"]
    return []


def static_libc(_programs: list[str]) -> list[str]:
    return build_says(NO_STATIC, "a static C library is needed for fstag-init")


def libc(_programs: list[str]) -> list[str]:
    return build_says(OLD_LIBC, "glibc 2.36 or later is needed")


def kernel(programs: list[str]) -> list[str]:
    """The oldest supported kernel is the first that has mount_setattr(2)."""
    found = []
    for program in programs:
        with tempfile.NamedTemporaryFile("r") as log:
            # Some programs always write to the kernel log.
            subprocess.run(["mount", "--bind", log.name, "/dev/kmsg"], check=True)
            command = [
                "strace",
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=mount_setattr",
                "-e",
                "inject=mount_setattr:error=ENOSYS",
                program,
            ]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=LIMIT,
                # The leak sanitizer cannot work together with strace.
                env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
            )
            subprocess.run(["umount", "/dev/kmsg"], check=True)
            said = done.stderr + log.read()
        if done.returncode == 0 or said.count("\n") != 1 or "Linux 5.12 or later" not in said:
            found.append(f"{program}: status {done.returncode}, '{said}'")
    return found


def main() -> int:
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(CLONE_NEWNS) < 0:
        return tap.skip("needs root and mount namespaces")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    programs = [os.path.abspath(program) for program in sys.argv[1:]]
    tests = (static_libc, libc, kernel)
    return tap.run([(test.__name__, functools.partial(test, programs)) for test in tests])


if __name__ == "__main__":
    sys.exit(main())
