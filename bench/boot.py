# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the time from the kernel's start to the mounted root, on the guest's own clock.

Compares root=fstag: with stock systemd and the kernel's own syntax, in a minimal image, where every
process counts, and in a generic dracut image. If the clock counts instructions, other work on the
host has no effect, and one boot of each is enough.
"""

import statistics
from pathlib import Path

from guest import accel, host, image, report, suite
from guest.cpio import Overlay
from guest.machine import Device, Machine

GENERATOR = "/etc/systemd/system-generators/fstag-generator"
# The image for "stock" also contains fstag, but its generator is masked.
LINES = {
    "stock": "root=myfs rootfstype=virtiofs rw",
    "fstag": "root=fstag:myfs rootfstype=virtiofs rw",
    "fstag, no type": "root=fstag:myfs rw",
}
IMAGES = ["minimal", "generic"]
LIMIT = 180
LIMIT_COUNTED = 600
# The guest reports before it reaches this target.
REPORTED = r"Reached target .*initrd\.target"


def make_share() -> Path:
    share = host.new_scratch("share")
    (share / "etc").mkdir()
    (share / "etc/os-release").write_text("ID=fstag-bench\n")
    return share


def make_initrd(initrd: Path, masked: bool) -> Path:
    overlay = Overlay()
    report.add_to_initrd(overlay)
    if masked:
        overlay.link(GENERATOR, "/dev/null")
    path = host.new_scratch("initrd") / "initrd"
    path.write_bytes(initrd.read_bytes() + overlay.archive())
    return path


def boot(tree: suite.Tree, initrd: Path, line: str, share: Path, counted: bool) -> float:
    """Seconds from the kernel's start to the end of the mount."""
    log = host.new_scratch("log") / "console"
    devices = [Device("virtiofs", "myfs", share, True)]
    machine = Machine(tree.kernel, initrd, line, devices, log, counted=counted)
    with machine:
        if not machine.console.wait_for(REPORTED, LIMIT_COUNTED if counted else LIMIT, 0):
            raise host.GuestError(f"'{line}' does not boot")
        return report.parse(machine.console.lines).seconds("sysroot.mount", "ActiveEnter")


def rows(name: str, times: dict[str, list[float]]) -> list[str]:
    stock = statistics.median(times["stock"])
    lines = []
    for label, seconds in times.items():
        median = statistics.median(seconds)
        lines.append(
            f"{name + ', ' + label:34}{median:>9.2f}{median / stock:>8.3f}"
            f"{min(seconds):>8.2f}{max(seconds):>8.2f}"
        )
    return lines


def clock(kernel: Path, counted: bool) -> str:
    """Says which clock counts the seconds."""
    if accel.has_kvm(kernel):
        if counted:
            raise host.GuestError("--count needs an emulated machine, and KVM works here")
        return "with KVM"
    return "emulated, by a clock that counts instructions (4 ns each)" if counted else "emulated"


def measure(tree: suite.Tree, initrd: Path, name: str, runs: int, counted: bool) -> list[str]:
    share = make_share()
    initrds = {label: make_initrd(initrd, label == "stock") for label in LINES}
    times: dict[str, list[float]] = {label: [] for label in LINES}
    for label in [*LINES] * runs:
        seconds = boot(tree, initrds[label], LINES[label], share, counted)
        times[label].append(seconds)
        print(f"# {name}, {label}: {seconds:.2f} s", flush=True)
    return rows(name, times)


def table(build: Path, suites: list[str], images: list[str], runs: int, counted: bool) -> list[str]:
    how = clock(suite.get_tree(suites[0]).kernel, counted)
    lines = [
        f"Kernel's start to mounted root, {how}: medians of {runs} boots in turn",
        "",
        f"{'':34}{'seconds':>9}{'ratio':>8}{'min':>8}{'max':>8}",
    ]
    fstag = image.install_fstag(build)
    for name in suites:
        tree = suite.get_tree(name)
        for kind in images:
            initrd = image.get_initrd(tree, fstag, kind)
            lines += measure(tree, initrd, f"{name} {kind}", runs, counted)
    return lines
