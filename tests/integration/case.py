# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of cases (cases.toml) as dataclasses."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from guest import suite

TABLE = Path(__file__).with_name("cases.toml")


@dataclass(frozen=True)
class DeviceSpec:
    fs: str
    tag: str
    share: str = "tiny"
    # Seconds between the moment the guest reports that it waits and the hot-plug; None: present
    # from the start.
    late: float | None = None


@dataclass(frozen=True)
class Expectation:
    """What the guest must report. One of root, emergency, devices and checks is given."""

    root: str | None = None  # "<type> <source>"
    usr: str | None = None
    options: tuple[str, ...] = ()  # of the mount on /
    writable: bool | None = None
    values: dict[str, str] = field(default_factory=dict)  # of Report.values
    failed: tuple[str, ...] = ()  # units, at the end
    # Emergency mode that many seconds after the wait began ("wait"), or the machine was started
    # ("power"), or, without `since`, after PID 1 of the initrd started.
    emergency: float | None = None
    since: str | None = None
    shell: bool = True  # whether it opens without a password
    console: tuple[str, ...] = ()  # regular expressions that must match a line
    absent: tuple[str, ...] = ()  # and regular expressions that must not
    # The most MiB of memory that file systems without a disk may use in the booted system; only a
    # share that is a whole system reports it.
    memory: int | None = None
    # Whether the guest unmounted its root at the end, as the host sees it.
    unmounted: bool | None = None
    # Tags that must get a device unit, and the one that is then unplugged.
    devices: tuple[str, ...] = ()
    unplugged: str | None = None
    # Checks that the guest makes itself, by group; all must succeed except those in `fails`, which
    # must fail with output that matches the regular expression.
    checks: dict[str, list[str]] = field(default_factory=dict)
    fails: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    name: str
    cmdline: str
    expect: Expectation
    devices: tuple[DeviceSpec, ...] = ()
    image: str = "minimal"
    # Where the case runs: on these suites with --all, and without it on the main one; or on all of
    # them if it is one of the handful, or is named and does not include the main one. The table
    # says "oldest", "main" or "newest", or which features the suites must have or lack in `can` and
    # `cannot`.
    suites: tuple[str, ...] = tuple(suite.SUITES)
    handful: bool = False
    efi: bool = False
    # Seconds until the machine has powered off, if it does more than boot.
    limit: float | None = None
    # MiB of a file that is added to the initrd.
    ballast: int = 0
    memory: str = "512M"
    kernel: str | None = None  # of another suite, in the table "oldest", "main" or "newest"
    # Added to the initrd: path to content, or to "-> target".
    files: dict[str, str] = field(default_factory=dict)


def load() -> list[Case]:
    table = tomllib.loads(TABLE.read_text())
    cases = [_parse(entry, table["checks"]) for entry in table["case"]]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"
    return cases


def _parse(entry: dict, checks: dict[str, list[str] | str]) -> Case:
    expected = entry.pop("expect")
    if "checks" in expected:
        # Only the names of the groups, because several cases make the same checks.
        expected["checks"] = {group: _checks(checks[group]) for group in expected["checks"]}
    expect = Expectation(**_tuples(expected))
    entry["suites"] = suite.select(*(entry.pop(key, []) for key in ("suites", "can", "cannot")))
    if "kernel" in entry:
        entry["kernel"] = suite.ROLES[entry["kernel"]]
    devices = tuple(DeviceSpec(**device) for device in entry.pop("devices", ()))
    return Case(**_tuples(entry), expect=expect, devices=devices)


def _checks(group: list[str] | str) -> list[str]:
    """Their names, or those of the functions case_*() in a script."""
    if isinstance(group, list):
        return group
    script = (TABLE.parent / group).read_text()
    return re.findall(r"^case_(\w+)\(\)", script, re.MULTILINE)


def _tuples(entry: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
