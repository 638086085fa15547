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
    # Seconds from the start of the wait in the guest to the hot-plug; None: present from the start.
    # With `unsettled`, from the start of the machine.
    late: float | None = None
    # Added to the share: the content of each path.
    files: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()  # of virtiofsd, as tools/guest/virtiofsd.py names them


@dataclass(frozen=True)
class Expectation:
    """What the guest must report. It has one of root, emergency, devices and checks."""

    root: str | None = None  # "<type> <source>"
    usr: str | None = None
    mounts: dict[str, str] = field(default_factory=dict)  # "<type> <source>" of /var, /srv/*
    options: tuple[str, ...] = ()  # of the mount on /
    writable: bool | None = None
    values: dict[str, str] = field(default_factory=dict)  # in Report.values
    failed: tuple[str, ...] = ()  # the units that have failed at the end
    # Emergency mode that many seconds after the start of the wait (`since` is "wait"), of the
    # machine ("power") or, without `since`, of PID 1 in the initrd.
    emergency: float | None = None
    since: str | None = None
    shell: bool = True  # whether emergency mode has a shell without a password
    console: tuple[str, ...] = ()  # regular expressions that must match a line
    absent: tuple[str, ...] = ()  # regular expressions that must not match any line
    # How many MiB of memory the file systems without a disk may use in the booted system. Only a
    # share that is a complete system reports this.
    memory: int | None = None
    kept: tuple[str, ...] = ()  # paths that exist afterwards in the last share
    # Whether the guest unmounts its root at the end, as the host sees it.
    unmounted: bool | None = None
    # By tag, which of the requests INIT and DESTROY the server of a virtiofs device gets, in order.
    sessions: dict[str, str] = field(default_factory=dict)
    # Tags that must get a device unit, and the one that is unplugged afterwards.
    devices: tuple[str, ...] = ()
    unplugged: str | None = None
    # Checks that the guest itself runs, by group. All must succeed except those in `fails`, which
    # must fail with output that matches the regular expression.
    checks: dict[str, list[str]] = field(default_factory=dict)
    fails: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Neighbour:
    """A further machine that runs at the same time, from the same shares."""

    cmdline: str
    expect: Expectation


@dataclass(frozen=True)
class Case:
    name: str
    cmdline: str
    expect: Expectation
    devices: tuple[DeviceSpec, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    image: str = "minimal"
    # The suites on which the case runs with --all. Without --all, it runs only on the main suite,
    # or on all of these if it is one of the handful, or if the user names the case and the main
    # suite is not among these. The table says "oldest", "main" or "newest", and lists in `can` and
    # `cannot` the features that the suites must have or lack.
    suites: tuple[str, ...] = tuple(suite.SUITES)
    handful: bool = False
    # Takes minutes, so that it runs only with --all, with --suite or by its name.
    slow: bool = False
    efi: bool = False
    # How many shells the command line opens, from each of which the boot continues.
    breaks: int = 0
    # Plugs late devices whatever the guest does then, and not only once it does nothing but wait.
    unsettled: bool = False
    # Seconds until the machine must have powered off, if it does more than boot.
    limit: float | None = None
    # How a whole system leaves after each start, before it powers off: "soft-reboot" and "kexec".
    ways: tuple[str, ...] = ()
    # Size in MiB of a file that is added to the initrd.
    ballast: int = 0
    memory: str = "512M"
    board: str = "pc"  # a key of guest.board.BOARDS
    # What starts the machine instead: a key of starters.STARTERS. It names the root as it likes.
    starter: str | None = None
    kernel: str | None = None  # of the "oldest", "main" or "newest" suite
    # Added to the initrd: for each path, the content, or "-> target" for a symbolic link.
    files: dict[str, str] = field(default_factory=dict)

    @property
    def timed_device(self) -> DeviceSpec | None:
        """The device for which the root waits, if the time between the two is measured."""
        late = [device for device in self.devices if device.late is not None]
        if len(late) != 1 or self.unsettled or self.expect.usr:
            # The events do not name their device, and those of several waits cannot be told apart.
            return None
        # UBI reads the flash memory first, so the time at which its volumes appear is arbitrary.
        is_root = self.expect.root == f"{late[0].fs} {late[0].tag}"
        return late[0] if is_root and late[0].fs in ("virtiofs", "9p") else None


def load() -> list[Case]:
    table = tomllib.loads(TABLE.read_text())
    cases = [_parse(entry, table["checks"]) for entry in table["case"]]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two cases have the same name"
    return cases


def _parse(entry: dict, checks: dict[str, list[str] | str]) -> Case:
    expected = entry.pop("expect")
    if "checks" in expected:
        # The case has only the names of the groups, because several cases run the same checks.
        expected["checks"] = {group: _checks(checks[group]) for group in expected["checks"]}
    expect = Expectation(**_tuples(expected))
    neighbours = tuple(
        Neighbour(other["cmdline"], Expectation(**_tuples(other["expect"])))
        for other in entry.pop("neighbours", ())
    )
    entry["suites"] = suite.select(*(entry.pop(key, []) for key in ("suites", "can", "cannot")))
    if "kernel" in entry:
        entry["kernel"] = suite.ROLES[entry["kernel"]]
    devices = tuple(DeviceSpec(**_tuples(device)) for device in entry.pop("devices", ()))
    return Case(**_tuples(entry), expect=expect, devices=devices, neighbours=neighbours)


def _checks(group: list[str] | str) -> list[str]:
    """The names of the checks: a list, or the functions case_*() in a directory."""
    if isinstance(group, list):
        return group
    scripts = "".join(path.read_text() for path in sorted((TABLE.parent / group).glob("*.sh")))
    return re.findall(r"^case_(\w+)\(\)", scripts, re.MULTILINE)


def _tuples(entry: dict) -> dict:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
