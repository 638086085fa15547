# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time that an initramfs takes to move at a boot, in memory that the machine has just got: from the
start of what moves it to the real init, on the host's clock."""

from __future__ import annotations

import statistics
from pathlib import Path

import container
import tree
from guest import accel, host, suite
from guest.machine import Machine

MEMORY = "2G"
LIMIT = 180
BASE = container.TAR
WAYS = (BASE, container.BUSYBOX_TAR, container.BUSYBOX_CP, container.TMPFS, container.BIND,
        # What the start of an init takes by itself.
        container.ALONE)


def run(kernel: Path, initramfs: Path, way: container.Way) -> float:
    """Milliseconds."""
    log = host.new_scratch("log") / "console"
    with Machine(kernel, initramfs, way.line, [], log, MEMORY) as machine:
        begin = machine.console.wait_for(f"^{container.BEGINS}", LIMIT)
        end = machine.console.wait_for(f"^{container.ENDS}", LIMIT)
        if not begin or not end or not machine.console.wait_for(f"^{container.WORKS}", LIMIT):
            raise host.GuestError(f"'{way.label}' did not get to a container")
    return (end.time - begin.time) * 1000


def table(fstag: Path, name: str, runs: int) -> list[str]:
    kernel = suite.get_tree(name).kernel
    guest = suite.get_tree(name, suite.CONTAINERS).path
    how = "KVM" if accel.has_kvm(kernel) else "emulated, one processor"
    lines = [f"Moving the initramfs at a boot of {name} ({how}): medians of {runs} boots in turn, "
             f"ratios to '{BASE.label}'"]
    for spec in tree.SPECS:
        initramfs = container.pack(guest, fstag, spec)
        times: dict[container.Way, list[float]] = {way: [] for way in WAYS}
        for _ in range(runs):
            for way in WAYS:
                times[way].append(run(kernel, initramfs, way))
        base = statistics.median(times[BASE])
        lines += ["", f"{spec.name:28}{'ms':>10}{'least':>10}{'ratio':>8}"]
        for way, taken in times.items():
            ms = statistics.median(taken)
            lines.append(f"{way.label:28}{ms:>10.0f}{min(taken):>10.0f}{ms / base:>8.3f}")
    return lines
