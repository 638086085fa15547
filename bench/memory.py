# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds the smallest memory with which a machine that runs from a 400 MB initramfs starts a
container, by bisection in steps of 32 MiB."""

from __future__ import annotations

from pathlib import Path

import container
import tree
from guest import host, suite
from guest.machine import Machine

STEP = 32
LEAST, MOST = 448, 1472
LIMIT = 180
WAYS = (container.ALONE, container.TMPFS, container.BIND, container.TAR)


def works(kernel: Path, initramfs: Path, way: container.Way, memory: int) -> bool:
    log = host.new_scratch("log") / "console"
    with Machine(kernel, initramfs, way.line, [], log, f"{memory}M") as machine:
        return machine.console.wait_for(f"^{container.WORKS}", LIMIT) is not None


def smallest(kernel: Path, initramfs: Path, way: container.Way) -> int | None:
    least, most = LEAST // STEP, MOST // STEP
    if not works(kernel, initramfs, way, MOST):
        return None
    while least < most:
        middle = (least + most) // 2
        if works(kernel, initramfs, way, middle * STEP):
            most = middle
        else:
            least = middle + 1
    return most * STEP


def table(fstag: Path, name: str) -> list[str]:
    spec = tree.SPECS[0]
    initramfs = container.pack(suite.get_tree(name, suite.CONTAINERS).path, fstag, spec)
    rows = [
        f"Smallest memory from an initramfs of {spec.name} "
        f"({initramfs.stat().st_size // tree.MIB} MB packed) to a container, {name}",
        "",
    ]
    for way in WAYS:
        found = smallest(suite.get_tree(name).kernel, initramfs, way)
        rows.append(f"{way.label:28}{f'{found} MiB' if found else 'fails':>10}")
        print(f"# {rows[-1]}", flush=True)
    return rows
