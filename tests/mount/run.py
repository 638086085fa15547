#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mounts with mount.fstag, through mount(8) and through the mount of busybox, and prints TAP.

It runs in a separate mount namespace, in which the directory where mount(8) looks for helpers
contains only the helper under test. File systems that need no device stand for those of a virtual
machine.

usage: run.py MOUNT.FSTAG GENERATOR DIRECTORY        as root; skips everything otherwise
"""

import functools
import os
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1]))

import tap  # noqa: E402
from callers import check_namespace, check_other_namespace, check_user  # noqa: E402
from helpers import check_helper, check_killed_helper  # noqa: E402
from namespace import set_up  # noqa: E402
from options import (  # noqa: E402
    check_context,
    check_failure,
    check_flags,
    check_other_parent,
    check_remount,
    check_two_options,
    check_usage,
)
from tags import check_tags  # noqa: E402

SKIP_SELINUX = (
    " # SKIP the kernel has SELinux" if "selinuxfs" in Path("/proc/filesystems").read_text() else ""
)
MOUNTS = {"mount(8)": ["mount"], "busybox": ["busybox", "mount"]}


def of_mount(generator: str, name: str, command: list[str]) -> list:
    """The tests that call mount.fstag through that program."""
    if not shutil.which(command[0]):
        return [(f"{name} # SKIP no {command[0]}", list)]
    return [
        (f"{name}: tags", functools.partial(check_tags, generator, command)),
        (f"{name}: flags", functools.partial(check_flags, command)),
        (f"{name}: context{SKIP_SELINUX}", functools.partial(check_context, command)),
        (f"{name}: remount", functools.partial(check_remount, command)),
        (f"{name}: failure", functools.partial(check_failure, command)),
    ]


def main() -> int:
    program, generator, directory = sys.argv[1:]
    if os.geteuid() != 0:
        return tap.skip("needs root")
    if not Path("/sbin").resolve().samefile(directory):
        return tap.skip(f"mount(8) does not look in '{directory}'")
    directory = Path(directory)
    set_up(program, directory)
    program = str(directory / "mount.fstag")
    tests = [test for mount in MOUNTS.items() for test in of_mount(generator, *mount)]
    tests += [
        ("a type with its own helper", functools.partial(check_helper, directory)),
        ("a helper that is killed", functools.partial(check_killed_helper, directory)),
        ("two lists of options", functools.partial(check_two_options, program)),
        ("options of another parent", functools.partial(check_other_parent, program)),
        ("a user", functools.partial(check_user, program)),
        ("another mount namespace", functools.partial(check_namespace, program)),
        ("not a mount namespace", functools.partial(check_other_namespace, program)),
        ("usage", functools.partial(check_usage, program)),
    ]
    return tap.run(tests)


if __name__ == "__main__":
    sys.exit(main())
