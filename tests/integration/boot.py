# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boots the machine of one case and watches it until it can be judged."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import additions
import afterwards
import devices
import judge
import systems
from case import Case
from guest import efi, host, image, mkosi, report, suite
from guest.board import BOARDS
from guest.machine import SERVERS, Machine
from guest.suite import Tree
from guest.virtiofsd import Server
from shares import Programs, Shares
from starters import Started

# A boot takes 3 to 5 s with KVM and 10 to 20 s without. The limits only end a boot that hangs.
BOOT_LIMIT = 60
BOOT_LIMIT_EMULATED = 300
# The limit for a guest that runs checks.
CHECKS_LIMIT = 400
# Added to the time-out, for the rest of the boot and the start of the shell.
SLACK = 5
SLACK_EMULATED = 30

USERSPACE = r"\[  OK  \]|Starting "
WAITING = r"Starting .*fstag-wait@"
SETTLED = r"Reached target .*basic\.target|Reached target .*Basic System"
NETWORK_UP = r"Reached target .*network-online\.target"
UNPLUG = r"FSTAG-REPORT unplug (\S+)"
DEVICES_SEEN = r"FSTAG-REPORT devices"
TYPED_TIMES = 4
# The second message is from dracut's own shell.
EMERGENCY = r"You are in emergency mode|Entering emergency mode"


@dataclass
class Boot:
    case: Case
    tree: Tree
    initrd: Path
    fstag: Path
    programs: Programs
    log: Path
    kernel: Path
    server: Server

    def run(self) -> str:
        """Boots, and returns details of the result; raises judge.Failed if the case fails."""
        made = Shares(self.programs, self.tree, self.fstag)
        shares = [devices.make_share(made, spec) for spec in self.case.devices]
        with ThreadPoolExecutor() as pool:
            others = [pool.submit(boot._run_scoped, shares) for boot in self._neighbours()]
            told = [self._run(shares), *(other.result() for other in others)]
        judge.check_kept(self.case.expect, shares)
        return ", ".join(filter(None, told))

    def _neighbours(self) -> Iterator[Boot]:
        for number, other in enumerate(self.case.neighbours, 2):
            case = replace(self.case, cmdline=other.cmdline, expect=other.expect)
            log = self.log.with_suffix(f".{number}.log")
            yield replace(self, case=case, log=log)

    def _run_scoped(self, shares: list[Path]) -> str:
        with host.scratch_scope():
            try:
                return self._run(shares)
            except judge.Failed as failed:
                where = f"with {self.case.cmdline}, see {self.log}"
                raise type(failed)(f"{failed}, {where}") from failed

    def _run(self, shares: list[Path]) -> str:
        traced = self.case.expect.unmounted is not None or bool(self.case.expect.sessions)
        shown = [devices.make(*pair, traced) for pair in zip(self.case.devices, shares)]
        initrd = additions.append(self.initrd, self.case, self.programs)
        if self.case.ways:
            files = (self.kernel, initrd, self.programs.load_kernel)
            afterwards.add_to_system(shares[0], self.case.ways, *files)
        cmdline = systems.cmdline(self.case)
        board = BOARDS[self.case.board]
        machine = Machine(self.kernel, initrd, cmdline, shown, self.log, self.case.memory, board)
        machine.server = self.server
        # So that the delay is the same on a slow or busy host.
        is_timed = self.case.timed_device is not None or board.needs_counting
        machine.counted = machine.emulated and is_timed
        if self.case.efi:
            machine.efi_disk = efi.make_disk(self._unified_image(initrd, machine.full_cmdline()))
        if self.case.starter:
            tree = suite.get_tree(self.tree.suite.name, suite.STARTERS)
            machine = Started(self.case.starter, tree, machine)
        with machine:
            self._plug_late(machine)
            if self.case.expect.checks:
                return self._watch_checks(machine)
            if self.case.expect.devices:
                return self._watch_devices(machine)
            if self.case.expect.emergency is not None:
                return self._watch_emergency(machine)
            self._leave_shells(machine)
            return self._watch_boot(machine)

    def _unified_image(self, initrd: Path, cmdline: str) -> Path:
        if isinstance(self.tree, mkosi.Image):
            return self.tree.uki
        return efi.make_unified_image(self.tree, initrd, cmdline)

    def _plug_late(self, machine: Machine) -> None:
        late = [
            (spec.late, device)
            for spec, device in zip(self.case.devices, machine.devices)
            if spec.late is not None
        ]
        if not late:
            return
        start = self._wait_until_settled(machine)
        for seconds, device in sorted(late, key=lambda pair: pair[0]):
            if machine.wait_end(start + seconds - time.monotonic()):
                return
            machine.plug(device)

    def _wait_until_settled(self, machine: Machine) -> float:
        """Returns the time from which the delays of late devices count."""
        if self.case.unsettled:
            return machine.start_time
        if any(device.fs in SERVERS for device in machine.devices):
            # Before that, the guest cannot notice that there is no server.
            return self._await(machine, NETWORK_UP, "the network did not come up").time
        line = self._await(machine, WAITING, "the guest did not wait")
        # The wait is one of the first units. An emulated guest starts the others for much longer
        # than a device is late here, and that work, not the wait, would delay the mount.
        # Emergency mode may come before the rest of the initrd.
        self._await(machine, f"{SETTLED}|{EMERGENCY}", "the initrd did not come up")
        machine.console.wait_quiet(1, limit(machine))
        return line.time

    def _leave_shells(self, machine: Machine) -> None:
        """Tries each shell that rd.break= opens, and leaves it, so that the boot continues."""
        known = 0
        for _ in range(self.case.breaks):
            self._await(machine, EMERGENCY, "no shell", known)
            self._try_shell(machine)
            known = len(machine.console.lines)
            machine.console.send(b"exit\n")

    def _watch_boot(self, machine: Machine) -> str:
        if not machine.wait_end(self.case.limit or limit(machine)):
            raise judge.Failed("the machine did not power off in time")
        self._refuse_panic(machine)
        seen = report.parse(machine.console.lines)
        judge.check_console(self.case.expect, machine)
        judge.check_unmounted(self.case.expect, machine)
        judge.check_sessions(self.case.expect, machine)
        return judge.check_boot(self.case, seen, machine.emulated)

    def _watch_emergency(self, machine: Machine) -> str:
        expect = self.case.expect
        start = machine.start_time
        slack = SLACK_EMULATED if machine.emulated else SLACK
        if expect.since == "power":
            slack *= 2  # the kernel and PID 1 start in this time, too
        else:
            pattern = WAITING if expect.since == "wait" else USERSPACE
            start = self._await(machine, pattern, "the guest did not come up").time
        line = self._await(machine, EMERGENCY, "no emergency mode")
        seconds = line.time - start
        if seconds < expect.emergency - 0.5:
            raise judge.Failed(f"emergency mode after {seconds:.1f} s")
        if seconds > expect.emergency + slack:
            raise judge.Slow(f"emergency mode after {seconds:.1f} s")
        machine.console.wait_quiet(1, slack)
        # dracut's own shell decides who may use it.
        if not image.has_dracut_hooks(self.case.image):
            self._try_shell(machine)
        judge.check_console(expect, machine)
        return f"emergency mode after {seconds:.1f} s"

    def _try_shell(self, machine: Machine) -> None:
        # sulogin needs an Enter first, which does no harm in dracut's shell. Both discard what was
        # typed before they started, so type it again.
        has_shell = False
        known = len(machine.console.lines)
        for _ in range(TYPED_TIMES):
            machine.console.send(b"\n")
            machine.console.wait_quiet(2, 10)
            machine.console.send(b"echo shell-$((20 + 3))\n")
            if machine.console.wait_for("shell-23", 5, known):
                has_shell = True
                break
        if has_shell != self.case.expect.shell:
            wrong = "no emergency shell" if self.case.expect.shell else "a shell without a password"
            raise judge.Failed(f"there is {wrong}")

    def _watch_devices(self, machine: Machine) -> str:
        expect = self.case.expect
        for tag in expect.devices:
            pattern = DEVICES_SEEN + _unit_pattern(tag)
            self._await(machine, pattern, f"no device unit for '{tag}'")
        if expect.unplugged:
            known = len(machine.console.lines)
            machine.unplug(next(d for d in machine.devices if d.tag == expect.unplugged))
            pattern = DEVICES_SEEN + f"(?!{_unit_pattern(expect.unplugged)})"
            self._await(machine, pattern, f"the unit of '{expect.unplugged}' stays", known)
        judge.check_console(expect, machine)
        return ""

    def _watch_checks(self, machine: Machine) -> str:
        """Unplugs a device when the guest asks for it, and waits for the result."""
        line = machine.console.wait_for(f"{UNPLUG}|{report.END}", CHECKS_LIMIT)
        if line and (wanted := re.search(UNPLUG, line.text)):
            machine.unplug(next(d for d in machine.devices if d.tag == wanted[1]))
        if not machine.wait_end(limit(machine)):
            self._refuse_panic(machine)
            raise judge.Failed("the machine did not power off in time")
        self._refuse_panic(machine)
        seen = report.parse(machine.console.lines)
        judge.check_console(self.case.expect, machine)
        return judge.check_checks(self.case.expect, seen)

    def _await(self, machine: Machine, pattern: str, otherwise: str, start: int = 0):
        line = machine.console.wait_for(pattern, limit(machine), start)
        if not line:
            self._refuse_panic(machine)
            raise judge.Failed(otherwise)
        return line

    def _refuse_panic(self, machine: Machine) -> None:
        line = machine.console.find(r"Kernel panic")
        if line:
            raise judge.Failed(line.text.strip())


def limit(machine: Machine) -> float:
    return BOOT_LIMIT_EMULATED if machine.emulated else BOOT_LIMIT


def _unit_pattern(tag: str) -> str:
    """A pattern that matches a list of units with the device unit of the tag."""
    alias = re.sub(r"[^A-Za-z0-9_.-]", lambda found: f"%{ord(found[0]):02X}", tag)
    # Escaped as by systemd-escape --path.
    name = re.sub(r"[^A-Za-z0-9_.:]", lambda found: f"\\x{ord(found[0]):02x}", alias)
    return r".* " + re.escape(f"dev-fstag-{name}.device") + r"( |$)"
