#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that the random boots of tests/integration/soak are what the generator makes of their
command lines, without a boot. Prints TAP.

usage: soak.py GENERATOR [CASES [SEED]]
"""

import functools
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path += [str(HERE.parent / "tools"), str(HERE / "integration")]

import random_case  # noqa: E402
import random_tag  # noqa: E402
import tap  # noqa: E402
from case import Case  # noqa: E402

UNITS = {"root": "sysroot.mount", "usr": "sysusr-usr.mount"}


def sources(directory: Path) -> dict[str, str]:
    found = {}
    for name, unit in UNITS.items():
        path = directory / unit
        if path.exists():
            found[name] = re.search(r"^What=(.*)$", path.read_text(), re.MULTILINE)[1]
    return found


def generate(generator: str, case: Case, scratch: Path) -> subprocess.CompletedProcess:
    for path, content in case.files.items():
        stored = scratch / path.lstrip("/")
        stored.parent.mkdir(parents=True)
        stored.write_text(content)
    directories = [scratch / name for name in ("normal", "early", "late")]
    for directory in directories:
        directory.mkdir()
    env = {
        "SYSTEMD_PROC_CMDLINE": case.cmdline,
        "SYSTEMD_IN_INITRD": "1",
        "FSTAG_ROOT": str(scratch),
    }
    command = [generator, *map(str, directories)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)


def compare(generator: str, case: Case) -> Iterator[str]:
    """What is wrong with the case."""
    with tempfile.TemporaryDirectory() as directory:
        done = generate(generator, case, Path(directory))
        seen = sources(Path(directory, "early"))
    expect = case.expect
    if expect.emergency == 0:
        if done.returncode != 1 or not re.search(expect.console[0], f"fstag: {done.stderr}"):
            yield f"exit status {done.returncode}: {done.stderr.strip()}"
        return
    if done.returncode != 0 or done.stderr:
        yield f"exit status {done.returncode}: {done.stderr.strip()}"
    for name, mount in (("root", expect.root), ("usr", expect.usr)):
        # PID 1 expands what is not doubled.
        source = (mount or "").partition(" ")[2].replace("%", "%%").replace("$", "$$")
        if source and seen.get(name) != source:
            yield f"What= of {name} is '{seen.get(name)}', not '{source}'"


def check_devices(case: Case) -> Iterator[str]:
    tags = [device.tag for device in case.devices]
    if len(set(tags)) != len(tags):
        yield "two devices have the same tag"
    for device in case.devices:
        if len(device.tag.encode()) > random_tag.LIMITS.get(device.fs, 255):
            yield f"'{device.tag}' is too long for {device.fs}"
        if not 0 <= (device.late or 0) <= random_case.MAX_DELAY:
            yield f"'{device.tag}' comes after {device.late} s"


def check_all(check: Callable[[Case], Iterator[str]], seeds: range) -> list[str]:
    wrong = []
    for seed in seeds:
        case = random_case.make(seed)
        wrong += [f"seed {seed}: {text}: {case.cmdline}" for text in check(case)]
    return wrong


def check_same(seeds: range) -> list[str]:
    return [
        f"seed {seed} makes two cases"
        for seed in seeds
        if repr(random_case.make(seed)) != repr(random_case.make(seed))
    ]


def main() -> int:
    generator = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**9)
    seeds = range(seed, seed + count)
    print(f"# {count} cases from seed {seed}")
    compared = functools.partial(compare, generator)
    return tap.run(
        [
            ("a seed always makes the same case", lambda: check_same(seeds)),
            ("devices differ and are possible", lambda: check_all(check_devices, seeds)),
            ("the generator agrees", lambda: check_all(compared, seeds)),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
