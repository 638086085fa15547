# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the time that it takes to move an initramfs at boot, from the start of the program that
moves it to the real init, on the host's clock. The machine uses its memory for the first time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from pathlib import Path

import container
import tree
from guest import accel, host, suite
from guest.machine import Machine

MEMORY = "2G"
LIMIT = 180
BASE = container.TAR
WAYS = (
    BASE,
    container.BUSYBOX_TAR,
    container.BUSYBOX_CP,
    container.TMPFS,
    container.BIND,
    # With the attempt that shows whether pivot_root already works.
    container.DEFAULT,
    # Only the start of an init.
    container.ALONE,
)


def run(kernel: Path, initramfs: Path, way: container.Way) -> dict[str, float]:
    """Milliseconds, by label; for a copy, also without the time to empty the old root."""
    log = host.new_scratch("log") / "console"
    with Machine(kernel, initramfs, way.line, [], log, MEMORY) as machine:
        if not machine.console.wait_for(f"^{container.WORKS}", LIMIT):
            raise host.GuestError(f"'{way.label}' did not get to a container")
        begin, copied, end = (machine.console.find(f"^{mark}") for mark in container.MARKS)
    whole = (end.time - begin.time) * 1000
    if not copied:
        return {way.label: whole}
    return {way.label: (copied.time - begin.time) * 1000, f"{way.label}, switch_root": whole}


def rows(name: str, times: dict[str, list[float]]) -> list[str]:
    base = statistics.median(times[BASE.label])
    lines = [f"{name:32}{'ms':>10}{'least':>10}{'ratio':>8}"]
    for label, taken in times.items():
        ms = statistics.median(taken)
        lines.append(f"{label:32}{ms:>10.0f}{min(taken):>10.0f}{ms / base:>8.3f}")
    return lines


def table(fstag: Path, name: str, runs: int) -> list[str]:
    kernel = suite.get_tree(name).kernel
    guest = suite.get_tree(name, suite.CONTAINERS).path
    how = "KVM" if accel.has_kvm(kernel) else "emulated, one processor"
    lines = [
        f"Moving the initramfs at a boot of {name} ({how}): medians of {runs} boots in turn, "
        f"ratios to '{BASE.label}'"
    ]
    for spec in tree.SPECS:
        initramfs = container.pack(guest, fstag, spec)
        times: dict[str, list[float]] = defaultdict(list)
        for way in WAYS * runs:
            for label, taken in run(kernel, initramfs, way).items():
                times[label].append(taken)
        lines += ["", *rows(spec.name, times)]
    return lines
