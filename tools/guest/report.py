# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the guest reports about itself: lines "FSTAG-REPORT ..." in its kernel log."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from .console import Line
from .cpio import Overlay

FILES = Path(__file__).parent / "initrd"
END = r"FSTAG-REPORT end"


@dataclass(frozen=True)
class Mount:
    fs: str
    options: frozenset[str]
    source: str


@dataclass(frozen=True)
class Uevent:
    time: float
    action: str
    subsystem: str
    driver: str


@dataclass(frozen=True)
class Check:
    status: str  # "ok", or an exit status
    said: str


@dataclass
class Report:
    mounts: dict[str, Mount] = field(default_factory=dict)
    writable: dict[str, bool] = field(default_factory=dict)
    # The properties of each unit, by its name; those of PID 1 are under "".
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    uevents: list[Uevent] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)  # from /proc/meminfo, in kB
    checks: dict[str, Check] = field(default_factory=dict)
    # Other values that the guest reports, by name.
    values: dict[str, str] = field(default_factory=dict)
    system: str = ""

    def seconds(self, unit: str, name: str) -> float:
        """A monotonic timestamp, in seconds since the kernel's start."""
        return int(self.units[unit][f"{name}TimestampMonotonic"]) / 1e6

    @property
    def wait_unit(self) -> str | None:
        return next((unit for unit in self.units if unit.startswith("fstag-wait@")), None)


def parse(lines: list[Line]) -> Report:
    report = Report()
    shown: dict[str, str] = {}
    for line in lines:
        found = re.search(r"FSTAG-REPORT (\w+) ?(.*)", line.text)
        if not found:
            continue
        kind, rest = found.groups()
        # A tag may contain other white space, such as a no-break space.
        words = [word for word in rest.split(" ") if word]
        if kind == "mount":
            # A later mount on the same directory hides the earlier one.
            options = frozenset(words[2].split(","))
            report.mounts[_unescape(words[0])] = Mount(words[1], options, _unescape(words[3]))
        elif kind == "writable":
            report.writable[words[0]] = words[1] == "yes"
        elif kind == "uevent":
            report.uevents.append(Uevent(int(words[0]) / 1e6, *words[1:4]))
        elif kind == "failed":
            report.failed.append(rest)
        elif kind == "memory":
            report.memory[words[0]] = int(words[1])
        elif kind == "check":
            report.checks[words[0]] = Check(words[1], " ".join(words[2:]))
        elif kind == "value":
            report.values[words[0]] = " ".join(words[1:])
        elif kind == "system":
            report.system = rest
        elif kind == "show" and "=" in rest:
            key, _, value = rest.partition("=")
            shown[key] = value
        elif kind == "show":
            # An empty line ends a unit. systemctl chooses the order within it.
            report.units[shown.get("Id", "")] = shown
            shown = {}
    return report


def _unescape(source: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), source)


def add_to_initrd(overlay: Overlay) -> None:
    units = "/usr/lib/systemd/system"
    overlay.file("/usr/lib/fstag-report", (FILES / "fstag-report").read_bytes(), 0o755)
    overlay.file(f"{units}/fstag-report.service", (FILES / "fstag-report.service").read_bytes())
    overlay.link(f"{units}/initrd.target.wants/fstag-report.service", "../fstag-report.service")
