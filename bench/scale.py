# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures how the boot and the wait grow with the number of virtiofs devices and of uevents.

The boot has all devices from the start; "stock" is the same boot without fstag's generator and udev
rule. The wait has all devices but the root, and while it waits, a program in the initrd causes
uevents of a device that has nothing to do with it.
"""

from pathlib import Path

import boot
from guest import host, image, report, suite
from guest.cpio import Overlay
from guest.machine import Device, Machine

DEVICES = [1, 10, 30]
EVENTS = 1000
LINE = "root=fstag:myfs rw"
STOCK_LINE = "root=myfs rootfstype=virtiofs rw"
RULES = "/etc/udev/rules.d/70-fstag.rules"
LIMIT = 600
DONE = r"FSTAG-REPORT events"
UNITS = "/usr/lib/systemd/system"
UNIT = """[Unit]
DefaultDependencies=no
After=basic.target
[Service]
ExecStart=/usr/lib/fstag-events
"""
PROGRAM = """#!/bin/sh
n=0
while [ $n -lt {events} ]; do
    echo change >/sys/devices/virtual/mem/null/uevent
    n=$((n + 1))
done
echo FSTAG-REPORT events >/dev/kmsg
"""


def make_stock_initrd(initrd: Path) -> Path:
    overlay = Overlay()
    report.add_to_initrd(overlay)
    for path in (boot.GENERATOR, RULES):
        overlay.link(path, "/dev/null")
    return append(initrd, overlay)


def make_initrd(initrd: Path, events: int) -> Path:
    overlay = Overlay()
    report.add_to_initrd(overlay)
    overlay.file("/usr/lib/fstag-events", PROGRAM.format(events=events), 0o755)
    overlay.file(f"{UNITS}/fstag-events.service", UNIT)
    overlay.link(f"{UNITS}/initrd.target.wants/fstag-events.service", "../fstag-events.service")
    return append(initrd, overlay)


def append(initrd: Path, overlay: Overlay) -> Path:
    path = host.new_scratch("initrd") / "initrd"
    path.write_bytes(initrd.read_bytes() + overlay.archive())
    return path


def run(machine: Machine, late: Device | None) -> report.Report:
    with machine:
        if late:
            if not machine.console.wait_for(DONE, LIMIT):
                raise host.GuestError("the guest does not wait")
            machine.console.wait_quiet(2, LIMIT)
            machine.plug(late)
        if not machine.console.wait_for(boot.REPORTED, LIMIT):
            raise host.GuestError("the guest does not boot")
        return report.parse(machine.console.lines)


def start(
    tree: suite.Tree, initrd: Path, line: str, n: int, is_late: bool, counted: bool
) -> report.Report:
    with host.scratch_scope():
        share = boot.make_share()
        root = Device("virtiofs", "myfs", share, not is_late)
        others = [Device("virtiofs", f"share{number}", share) for number in range(1, n)]
        log = host.new_scratch("log") / "console"
        # The root is last in the order of the bus.
        machine = Machine(tree.kernel, initrd, line, [*others, root], log, counted=counted)
        return run(machine, root if is_late else None)


def measure(tree: suite.Tree, initrds: dict[str, Path], n: int, counted: bool) -> list[float]:
    """Seconds to the mounted root, and milliseconds of processor time without and with uevents."""
    numbers = []
    for initrd, line in ((initrds["stock"], STOCK_LINE), (initrds["quiet"], LINE)):
        seen = start(tree, initrd, line, n, False, counted)
        numbers.append(seen.seconds("sysroot.mount", "ActiveEnter"))
    for name in ("quiet", "busy"):
        seen = start(tree, initrds[name], LINE, n, True, counted)
        numbers.append(int(seen.units[seen.wait_unit]["CPUUsageNSec"]) / 1e6)
    return numbers


def table(build: Path, suites: list[str], counted: bool) -> list[str]:
    how = boot.clock(suite.get_tree(suites[0]).kernel, counted)
    lines = [
        f"Kernel's start to mounted root, and processor time of the wait, {how}",
        "",
        f"{'':24}{'stock':>10}{'boot':>10}{'wait':>11}{f'{EVENTS} events':>14}",
    ]
    fstag = image.install_fstag(build)
    for name in suites:
        tree = suite.get_tree(name)
        initrd = image.get_initrd(tree, fstag, "minimal")
        initrds = {
            "stock": make_stock_initrd(initrd),
            "quiet": make_initrd(initrd, 0),
            "busy": make_initrd(initrd, EVENTS),
        }
        for n in DEVICES:
            stock, seconds, alone, busy = measure(tree, initrds, n, counted)
            label = f"{name}, {n} device{'s' if n > 1 else ''}"
            times = f"{stock:>8.2f} s{seconds:>8.2f} s"
            lines.append(f"{label:24}{times}{alone:>8.1f} ms{busy:>11.1f} ms")
            print(f"# {lines[-1]}", flush=True)
    return lines
