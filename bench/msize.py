# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures reads from a 9p share with several values of msize=, on the guest's own clock.

One machine mounts a second share with each value in turn, several times. The ratios are those to a
mount without msize=.
"""

import os
import statistics
from pathlib import Path

from guest import accel, host, image, report, suite
from guest.machine import Device, Machine

# 0 leaves the kernel's default. The last one is above what the virtio transport takes.
VALUES = [0, 8192, 32768, 131072, 262144, 512000, 1048576]
COLUMNS = [("sequential", "none"), ("sequential", "loose"), ("random", "none"), ("random", "loose")]
FILE_BYTES = 16 << 20
LIMIT = 900


def make_root(runs: int) -> Path:
    root = host.new_scratch("root")
    for directory in ("dev", "etc", "proc", "run", "sbin", "sys", "tmp", "usr"):
        (root / directory).mkdir()
    (root / "etc/os-release").write_text("ID=fstag-bench\n")
    (root / "etc/msize").write_text(" ".join(map(str, [runs, *VALUES])))
    source = Path(__file__).with_name("msize.c")
    host.run(
        ["gcc", "-std=gnu17", "-O2", "-static", "-D_GNU_SOURCE", "-o", root / "sbin/init", source]
    )
    return root


def make_data() -> Path:
    data = host.new_scratch("data")
    (data / "file").write_bytes(os.urandom(FILE_BYTES))
    return data


def boot(tree: suite.Tree, initrd: Path, runs: int) -> dict[str, str]:
    """The values that the guest reports, in µs."""
    log = host.new_scratch("log") / "console"
    devices = [Device("9p", "myfs", make_root(runs)), Device("9p", "data", make_data())]
    line = "root=fstag:myfs rootfstype=9p"
    with Machine(tree.kernel, initrd, line, devices, log) as machine:
        ended = machine.wait_end(LIMIT)
        values = report.parse(machine.console.lines).values
    if not ended or values.get("end/-/0/0") != "0":
        raise host.GuestError(f"the guest did not measure: {values.get('end/-/0/0')}")
    return values


def rows(values: dict[str, str], runs: int) -> list[str]:
    def median(name: str, cache: str, msize: int) -> float:
        return statistics.median(
            int(values[f"{name}/{cache}/{msize}/{round}"]) for round in range(runs)
        )

    default = [median(*column, 0) for column in COLUMNS]
    lines = []
    for msize in VALUES:
        cells = ""
        for column, base in zip(COLUMNS, default):
            time = median(*column, msize)
            cells += f"{time / 1000:>19.0f}{time / base:>7.2f}"
        lines.append(f"{msize or 'default':>10}{cells}")
    return lines


def table(build: Path, name: str, runs: int) -> list[str]:
    tree = suite.get_tree(name)
    initrd = image.get_initrd(tree, image.install_fstag(build), "minimal")
    how = "with KVM" if accel.has_kvm(tree.kernel) else "emulated"
    heads = "".join(f"{f'{what}, {cache}':>19}{'ratio':>7}" for what, cache in COLUMNS)
    return [
        f"9p over virtio on Linux {tree.kernel_release}, {how}: ms to read {FILE_BYTES >> 20} MiB, "
        f"and 1000 blocks of 4 KiB at random; medians of {runs}",
        "",
        f"{'msize':>10}{heads}",
        *rows(boot(tree, initrd, runs), runs),
    ]
