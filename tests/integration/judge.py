# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what a guest reported with what its case expects."""

from __future__ import annotations

import re
from pathlib import Path

import afterwards
from case import Case, DeviceSpec, Expectation
from guest import image
from guest.machine import Machine
from guest.report import Report, Uevent

# From the event after which a mount would succeed to the start of the mount.
MOUNT_LIMIT = 0.1
MOUNT_LIMIT_EMULATED = 0.15


class Failed(Exception):
    """The case failed; the text gives the result and what was expected."""


class Slow(Failed):
    """Something came too late, perhaps only because the guest is emulated on a busy host."""


def check_console(expect: Expectation, machine: Machine) -> None:
    for pattern in expect.console:
        if not machine.console.find(pattern):
            raise Failed(f"no line of the console matches '{pattern}'")
    for pattern in expect.absent:
        line = machine.console.find(pattern)
        if line:
            raise Failed(f"the console has '{line.text.strip()}'")


def check_kept(expect: Expectation, shares: list[Path]) -> None:
    for path in expect.kept:
        if not (shares[-1] / path).exists():
            raise Failed(f"'{path}' is not in the share")


def check_unmounted(expect: Expectation, machine: Machine) -> None:
    if expect.unmounted is None:
        return
    device = machine.devices[0]
    was_unmounted = _ends_9p if device.fs == "9p" else _ends_fuse
    if was_unmounted(machine.requests(device)) != expect.unmounted:
        raise Failed("the root was " + ("not unmounted" if expect.unmounted else "unmounted"))


def check_sessions(expect: Expectation, machine: Machine) -> None:
    for tag, expected in expect.sessions.items():
        device = next(device for device in machine.devices if device.tag == tag)
        seen = " ".join(_sessions(machine.requests(device)))
        if seen != expected:
            raise Failed(f"the server of '{tag}' got '{seen}', not '{expected}'")


def _sessions(requests: str) -> list[str]:
    """The requests that begin and end a mount. Before Linux 6.9, fstag-wait causes one of each."""
    seen = re.findall(r"opcode(?:: |=)(INIT|DESTROY)\b", requests, re.I)
    return [name.upper() for name in seen]


def _ends_fuse(requests: str) -> bool:
    """Whether FUSE_DESTROY is last: it ends each mount, unless the machine ends before."""
    seen = _sessions(requests)
    if not seen:
        raise Failed("virtiofsd did not log its requests")
    return seen[-1] == "DESTROY"


def _ends_9p(requests: str) -> bool:
    """Whether Tclunk follows for the fid that Tattach opened, the root of the mount."""
    seen = re.findall(r"v9fs_(attach|clunk) .*?\bfid (\d+)", requests)
    roots = [number for number, (name, _) in enumerate(seen) if name == "attach"]
    if not roots:
        raise Failed("QEMU did not log its requests")
    return ("clunk", seen[roots[-1]][1]) in seen[roots[-1] :]


def check_boot(case: Case, report: Report, emulated: bool) -> str:
    """Returns details of a boot; raises Failed if it is not what the case expects."""
    expect = case.expect
    _check_mount("/", expect.root, report)
    if expect.usr:
        _check_mount("/usr", expect.usr, report)
    for where, mount in expect.mounts.items():
        _check_mount(where, mount, report)
    missing = set(expect.options) - report.mounts["/"].options
    if missing:
        raise Failed(f"/ is mounted without {missing}")
    if expect.writable is not None and report.writable.get("/") != expect.writable:
        raise Failed(f"/ is writable: {report.writable.get('/')}")
    for name, value in expect.values.items():
        if report.values.get(name) != value:
            raise Failed(f"{name} is '{report.values.get(name)}', not '{value}'")
    if set(report.failed) != set(expect.failed):
        raise Failed(f"failed units: {', '.join(report.failed) or 'none'}")
    if case.ways and (complaints := afterwards.complaints(report, case.ways)):
        raise Failed("; ".join(complaints))
    if expect.memory is not None:
        return _check_memory(expect.memory, report)
    device = case.timed_device
    return _check_delay(case.image, device, report, emulated) if device else ""


def check_checks(expect: Expectation, report: Report) -> str:
    """Returns details of a guest that ran checks; raises Failed if one has the wrong result."""
    expected = {name for group in expect.checks.values() for name in group}
    if missing := expected - report.checks.keys():
        raise Failed(f"not checked: {', '.join(sorted(missing))}")
    if unknown := report.checks.keys() - expected:
        raise Failed(f"checked, but not expected: {', '.join(sorted(unknown))}")
    if expect.root and report.values.get("root") != expect.root:
        raise Failed(f"on / is '{report.values.get('root')}', not '{expect.root}'")
    wrong = []
    for name, check in report.checks.items():
        seen = f"{check.status} {check.said}".strip()
        pattern = expect.fails.get(name)
        if pattern is None and check.status != "ok":
            wrong.append(f"{name} failed: {seen}")
        elif pattern is not None and (check.status == "ok" or not re.search(pattern, seen)):
            wrong.append(f"{name}, which has to fail with '{pattern}': {seen}")
    if wrong:
        raise Failed("; ".join(wrong))
    measured = [f"{name} {value}" for name, value in report.values.items()]
    return ", ".join([f"{len(report.checks)} checks", *measured])


def _check_mount(where: str, expected: str, report: Report) -> None:
    mount = report.mounts.get(where)
    seen = f"{mount.fs} {mount.source}" if mount else "nothing"
    if seen != expected:
        raise Failed(f"on {where} is '{seen}', not '{expected}'")


def _check_memory(most: int, report: Report) -> str:
    # The pages of a ramfs count as unevictable, those of a tmpfs as shared memory.
    if report.memory.keys() != {"Unevictable", "Shmem"}:
        raise Failed("no report of the memory")
    held = sum(report.memory.values()) / 1024
    told = f"{held:.1f} MiB held by file systems without a disk"
    if held > most:
        raise Failed(told)
    return told


def _check_delay(kind: str, device: DeviceSpec, report: Report, emulated: bool) -> str:
    event = _mountable(device.fs, report)
    if not event:
        raise Failed("no uevent of the late device")
    if not report.wait_unit:
        raise Failed("no unit waited")
    waited = event.time - report.seconds(report.wait_unit, "InactiveExit")
    # The clock of an emulated guest is slow as long as the guest is busy.
    if not emulated and waited < device.late - 0.5:
        raise Failed(f"the device came {waited:.3f} s after the wait began, not {device.late} s")
    what, reaction = "mount", report.seconds("sysroot.mount", "InactiveExit")
    if image.has_dracut_hooks(kind):
        # Between the device and the mount, dracut runs the shell of its pre-mount hooks.
        what, reaction = "end of the wait", report.seconds(report.wait_unit, "ActiveEnter")
    delay = reaction - event.time
    told = f"{what} {delay * 1000:.0f} ms after the device's event"
    if not 0 <= delay <= (MOUNT_LIMIT_EMULATED if emulated else MOUNT_LIMIT):
        raise Slow(told)
    return told


def _mountable(fs: str, report: Report) -> Uevent | None:
    """The first event after which a mount would succeed."""
    if fs == "9p":
        events = [e for e in report.uevents if e.action == "change" and e.subsystem == "virtio"]
    else:
        # Before 6.9, Linux has no devices in the subsystem virtiofs.
        events = [e for e in report.uevents if e.action == "add" and e.subsystem == "virtiofs"]
        events = events or [
            e for e in report.uevents if e.action == "bind" and e.driver == "virtiofs"
        ]
    return events[-1] if events else None
