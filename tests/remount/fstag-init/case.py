# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps the list of tests, and checks roots and the real init for them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import images
import manifest
from namespace import INIT, PROBE, SERVICE, Programs, Result, install, keep_atimes, source

MOVED = "tmpfs fstag"
ONE = {min(os.sched_getaffinity(0))}  # a single processor, and therefore a single thread
# With FSTAG_TEST_FAST, tests that repeat something hundreds of times do so less often by this
# factor.
FEWER = 20 if os.environ.get("FSTAG_TEST_FAST") == "1" else 1
EACH_CALL = "each system call" if FEWER == 1 else f"one system call in {FEWER}"

tests: dict[str, Callable[[Programs], None]] = {}


def some(calls: range) -> range:
    """The numbers of the system calls that fail in this run, out of those of all calls."""
    return calls[random.randrange(FEWER) :: FEWER]


class Failed(Exception):
    pass


def test(name: str, *arguments: object):
    """Registers a test. It can be used several times for a function, with different arguments."""

    def register(function: Callable) -> Callable:
        tests[name] = lambda programs: function(programs, *arguments)
        return function

    return register


def expect(condition: bool, text: str) -> None:
    if not condition:
        raise Failed(text)


def read(root: Path) -> dict:
    tree = manifest.read(root)
    for name in (INIT, PROBE, SERVICE):  # the tests execute them, which may change the time
        tree.get(name, {}).pop("atime", None)
    return tree


def expect_identical(before: dict, root: Path) -> None:
    keep_atimes(root)
    told = manifest.differences(before, read(root))
    expect(not told, "; ".join(told[:5]))


def expect_init(result: Result, *arguments: str) -> None:
    """The real init ran as if no program had run before it."""
    expect(result.code == 0, f"the init ended with {result.code}: {result.errors}")
    expect(result.values("argument") == [f"/{PROBE}", *arguments], result.output)
    expect("KERNEL_WORD=a b" in result.values("environment"), result.output)
    expect(result.values("descriptor") == [], result.output)
    expect((result.values("umask"), result.values("directory")) == (["22"], ["/"]), result.output)
    expect(result.values("pid") == ["1"], result.output)


def expect_source(directory: Path, expected: str) -> None:
    found = source(directory)
    expect(found == expected, f"on {directory} is {found}")


def fill(programs: Programs, root: Path, fs: str) -> dict:
    install(programs, root)
    images.every_kind(root, has_xattrs=fs == "tmpfs")
    return read(root)
