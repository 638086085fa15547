#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mounts with mount.fstag, through mount(8) and through the mount of busybox, and prints TAP.

It runs in a separate mount namespace, in which the directory where mount(8) looks for helpers
contains only the helper under test. File systems that need no device stand for those of a virtual
machine.

usage: run.py MOUNT.FSTAG GENERATOR DIRECTORY        as root; skips everything otherwise
"""

import os
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from callers import check_namespace, check_other_namespace, check_user  # noqa: E402
from helpers import check_helper, check_killed_helper  # noqa: E402
from namespace import set_up  # noqa: E402
from options import (  # noqa: E402
    check_failure,
    check_flags,
    check_remount,
    check_two_options,
    check_usage,
)
from tags import check_tags  # noqa: E402

MOUNTS = {"mount(8)": ["mount"], "busybox": ["busybox", "mount"]}
failed = 0
number = 0


def tap(name: str, wrong: list[str]) -> None:
    global number, failed
    number += 1
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    print("".join(f"# {line}\n" for line in wrong), end="", flush=True)


def main() -> int:
    program, generator, directory = sys.argv[1:]
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return 0
    if not Path("/sbin").resolve().samefile(directory):
        print(f"1..0 # SKIP mount(8) does not look in '{directory}'")
        return 0
    directory = Path(directory)
    set_up(program, directory)
    program = str(directory / "mount.fstag")
    print(f"1..{4 * len(MOUNTS) + 7}")
    for name, command in MOUNTS.items():
        checks = {
            "tags": lambda c: check_tags(generator, c),
            "flags": check_flags,
            "remount": check_remount,
            "failure": check_failure,
        }
        for what, check in checks.items():
            if shutil.which(command[0]):
                tap(f"{name}: {what}", check(command))
            else:
                tap(f"{name}: {what} # SKIP no {command[0]}", [])
    tap("a type with its own helper", check_helper(directory))
    tap("a helper that is killed", check_killed_helper(directory))
    tap("two lists of options", check_two_options(program))
    tap("a user", check_user(program))
    tap("another mount namespace", check_namespace(program))
    tap("not a mount namespace", check_other_namespace(program))
    tap("usage", check_usage(program))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
