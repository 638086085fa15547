# SPDX-License-Identifier: LGPL-2.1-or-later
"""The demo: one boot from root=fstag:demo, explained step by step. tools/demo runs it."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import host, image, report, share, suite, terminal
from .console import Line
from .cpio import Overlay
from .machine import Device, Machine
from .namespace import run_isolated

SOURCE = Path(__file__).resolve().parents[2]
TAG = "demo"
FILE_SYSTEMS = ("virtiofs", "9p")
USAGE = """Boots a small Debian in a virtual machine whose root is a shared directory, named on
the kernel command line as root=fstag:demo, and shows what the guest reports. Needs root."""
EPILOG = """The first run installs Debian packages and makes the guest, which takes some minutes. It
keeps the guest in ~/.cache/fstag. If KVM does not work, the machine is emulated."""
BOOT_LIMIT = 90
BOOT_LIMIT_EMULATED = 400

# Patterns on the console, and what they mean.
STEPS = (
    (r"Run /init|running in system mode", "the kernel runs the initrd"),
    (r"Starting .*fstag-wait@", f"the initrd waits for '{TAG}'"),
    (r"Mounted .*sysroot\.mount", f"'{TAG}' is mounted on /sysroot"),
    (r"Starting .*initrd-switch-root\.service", "it switches to the new root"),
    (r"Welcome to Debian", "the system on the share starts"),
)
TROUBLE = r"Kernel panic|Reached target .*emergency\.target|Reached target .*Emergency Mode"


@dataclass
class Progress:
    start: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self.start:6.1f} s] {text}", flush=True)


@dataclass
class Demo:
    fs: str
    suite: str
    late: float | None
    shell: bool
    progress: Progress = field(default_factory=Progress)

    def run(self) -> int:
        self.progress.say("builds fstag")
        fstag = image.build_fstag(SOURCE, "build")
        tree = self._tree()
        self.progress.say(f"makes the initrd with dracut, or takes it from {host.cache_dir()}")
        initrd = self._initrd(image.get_initrd(tree, fstag, "minimal"))

        directory = share.whole_system(tree, login=self.shell)
        device = Device(self.fs, TAG, directory, present=self.late is None)
        log = host.cache_dir() / "demo-console.log"
        machine = Machine(tree.kernel, initrd, f"root=fstag:{TAG} rw", [device], log)
        how = "emulated, because KVM does not work here" if machine.emulated else "with KVM"
        self.progress.say(f"starts the machine, {how}: {machine.cmdline}")
        with machine:
            self._watch(machine)
            seen = report.parse(machine.console.lines)
            root = seen.mounts.get("/")
            if not root or (root.fs, root.source) != (self.fs, TAG):
                raise host.GuestError(f"the guest's root is not '{TAG}', see {log}")
            print_report(seen, machine.emulated)
            if self.shell:
                terminal.attach(machine)
            elif not machine.wait_end(BOOT_LIMIT):
                raise host.GuestError("the guest did not power off")
        return 0

    def _tree(self) -> suite.Tree:
        if not suite.cached_path(self.suite).exists():
            self.progress.say(f"makes a small Debian {self.suite}, this once")
        return suite.get_tree(self.suite)

    def _initrd(self, made: Path) -> Path:
        overlay = Overlay()
        report.add_to_initrd(overlay)
        path = host.new_scratch("initrd") / "initrd"
        path.write_bytes(made.read_bytes() + overlay.archive())
        return path

    def _watch(self, machine: Machine) -> None:
        """Explains each step until the guest has reported."""
        limit = BOOT_LIMIT_EMULATED if machine.emulated else BOOT_LIMIT
        deadline = time.monotonic() + limit + (self.late or 0)
        steps = list(STEPS)
        while True:
            patterns = [pattern for pattern, _ in steps] + [report.END, TROUBLE]
            pattern, line = self._next(machine, patterns, deadline)
            if pattern == report.END:
                return
            if pattern == TROUBLE:
                raise host.GuestError(f"{explain(machine, line)}, see {machine.log}")
            told = next(text for known, text in steps if known == pattern)
            self.progress.say(told)
            steps = steps[[known for known, _ in steps].index(pattern) + 1 :]
            if "fstag-wait@" in pattern and self.late is not None:
                self._plug_late(machine, line)

    def _plug_late(self, machine: Machine, waiting: Line) -> None:
        time.sleep(max(0, waiting.time + self.late - time.monotonic()))
        machine.plug(machine.devices[0])
        self.progress.say("plugs the device in")

    def _next(self, machine: Machine, patterns: list[str], deadline: float) -> tuple[str, Line]:
        """The pattern that matches the earliest line, and that line."""
        joined = "|".join(patterns)
        line = machine.console.wait_for(joined, deadline - time.monotonic())
        if not line and machine.console.ended:
            raise host.GuestError(f"the machine ended early, see {machine.log}")
        if not line:
            raise host.GuestError(f"the guest hangs, see {machine.log}")
        for pattern in patterns:
            found = machine.console.find(pattern)
            if found is line:
                return pattern, line
        raise AssertionError(joined)


def explain(machine: Machine, line: Line) -> str:
    """The reason from the guest itself, if it gave one."""
    told = [line for line in machine.console.lines if "fstag-" in line.text and ": " in line.text]
    return "the guest did not boot: " + (told or [line])[-1].text.strip()


def print_report(seen: report.Report, emulated: bool) -> None:
    mount = seen.mounts["/"]
    rows = [("switched root", "", "Userspace")]
    rows.insert(0, ("mounted", "sysroot.mount", "ActiveEnter"))
    rows.insert(0, ("mount began", "sysroot.mount", "InactiveExit"))
    if seen.wait_unit:
        rows.insert(0, ("wait ended", seen.wait_unit, "ActiveEnter"))
        rows.insert(0, ("wait began", seen.wait_unit, "InactiveExit"))
    writable = "writable" if seen.writable.get("/") else "read-only"
    linux, _, distribution = seen.system.partition(" ")
    systemd = seen.units.get("", {}).get("Version", "")
    emulation = ", emulated" if emulated else ""
    print(f"\nThe guest reports: {distribution}, Linux {linux}, systemd {systemd}{emulation}")
    print(f"  on /: {mount.source} ({mount.fs}), {writable}")
    print("  seconds since the kernel's start:")
    for text, unit, stamp in rows:
        print(f"    {text:<14} {seen.seconds(unit, stamp):8.3f}")
    if seen.failed:
        print(f"  failed units: {', '.join(seen.failed)}")
    sys.stdout.flush()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/demo", description=USAGE, epilog=EPILOG, allow_abbrev=False
    )
    parser.add_argument(
        "--fs", choices=FILE_SYSTEMS, default=FILE_SYSTEMS[0], help="how the directory is shared"
    )
    versions = ", ".join(f"{known.name} has {known.systemd}" for known in suite.SUITES.values())
    parser.add_argument(
        "--suite",
        choices=suite.SUITES,
        default=suite.MAIN_SUITE,
        help=f"which Debian boots (default: {suite.MAIN_SUITE}); of systemd, {versions}",
    )
    parser.add_argument(
        "--late",
        type=parse_seconds,
        metavar="SECONDS",
        help="plug in the device that long after the guest starts to wait for it",
    )
    parser.add_argument(
        "--shell", action="store_true", help="log in on the serial console after the report"
    )
    return parser.parse_args()


def parse_seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"not a number of seconds: '{text}'")
    return float(text)


def main() -> int:
    arguments = parse_arguments()
    if os.geteuid() != 0:
        raise host.GuestError("the demo needs root: sudo tools/demo")
    # With its output on the terminal, because the first run takes a while.
    if subprocess.run([SOURCE / "tools/install-deps", "build", "guest"]).returncode:
        return 1
    return run_isolated(Demo(**vars(arguments)).run)


if __name__ == "__main__":
    host.exit_with(main)
