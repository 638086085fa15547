#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the generator with the systemd of each suite, and prints TAP.

In the tree of each suite, with fstag installed over it, this runs the oracles on random command
lines and fstabs, and `systemd-analyze verify` on the expected files of each case directory.

usage: suites.py BUILD [SUITE...]
"""

import functools
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "tools"), str(HERE.parent), str(HERE)]
sys.path.append(str(HERE.parent / "shares"))

import oracle  # noqa: E402
import run as cases  # noqa: E402
import shares_oracle  # noqa: E402
import tap  # noqa: E402
from guest import host, image, namespace, suite, verify  # noqa: E402

LINES = 200
MACHINES = 300
# For x-systemd.wants-mounts-for=, an option that systemd 252 does not know either.
UNKNOWN_TO_252 = "Unknown key 'WantsMountsFor' in section [Unit], ignoring"


def mounts_of(case: Path) -> list[str]:
    return sorted(
        path.name
        for tree in cases.expected_trees(case)
        for path in (tree / "early").glob("*.mount")
    )


def is_accepted(case: Path) -> bool:
    return not (case / "rc").exists() and bool(mounts_of(case))


def verify_case(root: Path, case: Path) -> list[str]:
    """The output of systemd-analyze about the units of the case; empty if nothing is wrong."""
    inside = Path("/run/fstag-verify")
    directory = root / inside.relative_to("/")
    shutil.rmtree(directory, ignore_errors=True)
    for tree in cases.expected_trees(case):
        if (tree / "early").exists():
            shutil.copytree(tree / "early", directory, symlinks=True, dirs_exist_ok=True)
    # This loads the waits, too, because the mounts require them.
    return verify.analyze(root, mounts_of(case), f"{inside}:")


def verify_all(root: Path, fstag: Path) -> list[str]:
    found = verify.units(root, fstag)
    for case in cases.find_cases([]):
        if is_accepted(case):
            found += [
                f"{case.name}: {line}"
                for line in verify_case(root, case)
                if UNKNOWN_TO_252 not in line
            ]
    return found


def compare(generator: Path, root: Path) -> list[str]:
    version, seed = oracle.systemd_version(str(root)), int.from_bytes(os.urandom(4), "big")
    rng = oracle.random.Random(seed)
    found = []
    for _ in range(LINES):
        line = oracle.random_line(rng, version)
        found += oracle.check_line(str(generator), str(root), line, version)
    return [f"seed {seed}", *found] if found else []


def compare_shares(generator: Path, root: Path) -> list[str]:
    version, seed = oracle.systemd_version(str(root)), int.from_bytes(os.urandom(4), "big")
    rng = oracle.random.Random(seed)
    shares_oracle.prepare(root)
    found = []
    for _ in range(MACHINES):
        machine = shares_oracle.random_machine(rng, version)
        found += shares_oracle.check_machine(str(generator), str(root), machine)
    return [f"seed {seed}", *found] if found else []


def main(build: Path, names: list[str]) -> int:
    fstag, tests = image.install_fstag(build), []
    generator = build / "generator/fstag-generator"
    shares_generator = build / "shares/fstag-shares-generator"
    for name in names or suite.SUITES:
        root = verify.make_root(suite.get_tree(name), fstag)
        tests += [
            (f"{name} oracle", functools.partial(compare, generator, root)),
            (f"{name} oracle of shares", functools.partial(compare_shares, shares_generator, root)),
            (f"{name} verify", functools.partial(verify_all, root, fstag)),
        ]
    return tap.run(tests)


if __name__ == "__main__":
    host.exit_with(
        lambda: namespace.run_isolated(lambda: main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
    )
