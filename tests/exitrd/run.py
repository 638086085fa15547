#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs fstag-exitrd on this system with a private /run, and prints TAP.

usage: run.py FSTAG-EXITRD
"""

import ctypes
import functools
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1]))

import tap  # noqa: E402
from copied import kept, room_for_dracut, second, size_from_the_start  # noqa: E402
from failures import in_use, no_program, path_is_named  # noqa: E402
from left_out import (  # noqa: E402
    depth_left_out,
    large_left_out,
    many_left_out,
    names_left_out,
)
from merged import merged_through_links, no_way_out, taken_over  # noqa: E402
from place import mount  # noqa: E402

CLONE_NEWNS = 0x00020000


def main() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    shutdown = Path("/usr/lib/systemd/systemd-shutdown")
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) < 0 or not shutdown.exists():
        return tap.skip("needs root, mount namespaces and systemd-shutdown")
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "test", "/run")
    tests = (
        kept,
        second,
        taken_over,
        large_left_out,
        many_left_out,
        names_left_out,
        depth_left_out,
        merged_through_links,
        no_way_out,
        path_is_named,
        room_for_dracut,
        size_from_the_start,
        in_use,
        no_program,
    )
    program = os.path.abspath(sys.argv[1])
    return tap.run([(test.__name__, functools.partial(test, program)) for test in tests])


if __name__ == "__main__":
    sys.exit(main())
