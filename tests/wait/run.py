#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs fstag-wait in namespaces with a private /sys, and prints TAP.

The devices are files in a tmpfs, uevents are injected, and for some cases there is a service
manager that replies to fstag-wait.

usage: run.py FSTAG-WAIT [CASE...]
"""

import functools
import os
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1]))

import hidden  # noqa: E402
import manager  # noqa: E402
import messages  # noqa: E402
import servers  # noqa: E402
import tap  # noqa: E402
from machine import DRIVER, Machine, expect, expect_there, uevent  # noqa: E402


def case_there_already(m: Machine) -> None:
    m.virtiofs(b"myfs")
    m.start("virtiofs,9p:myfs")
    expect_there(m)


def case_comes_later(m: Machine) -> None:
    m.wait("virtiofs,9p:my fs")
    uevent(m.p9(b"other"))
    uevent(m.p9(b"my fs"), action="change")
    expect_there(m)
    m.wait("virtiofs,9p:myfs")
    uevent(m.virtiofs(b"other"), "virtiofs", "add")
    uevent(m.virtiofs(b"myfs"), "virtiofs", "add")
    expect_there(m)


def case_flash_comes_later(m: Machine) -> None:
    m.wait("jffs2:mtd:rootfs")
    uevent(m.flash("mtd", "mtd0", "rootfs"), "mtd", "add")
    expect_there(m)
    m.wait("ubifs:ubi0:rootfs")
    uevent(m.flash("ubi", "ubi0_0", "rootfs"), "ubi", "add")
    expect_there(m)


def case_checks_only_the_device_of_the_event(m: Machine) -> None:
    """In a machine with many devices, each has several events."""
    m.wait("virtiofs,9p:myfs")
    # Whatever their order, to read all tags up to the right one takes forever.
    traps, device = [m.trap()], m.virtiofs(b"myfs")
    traps.append(m.trap())
    for trap in traps:
        uevent(trap, "block", "add")
    uevent(m.p9(b"other"), action="change")
    uevent(device, "virtiofs", "add")
    expect_there(m)


def case_uevent_is_lost(m: Machine) -> None:
    """If the kernel drops an event, that alone calls for a check."""
    m.wait("virtiofs:myfs")
    m.pause()
    uevent(subsystem="block", action="add", padding=1900, count=10000)
    m.virtiofs(b"myfs")
    uevent(subsystem="virtiofs", action="add")
    m.resume()
    expect_there(m)


def case_error_of_the_first_look_passes(m: Machine) -> None:
    device = m.virtiofs(b"myfs")
    m.break_virtiofs()
    m.start("virtiofs:myfs")
    m.until(b"Not a directory")
    m.mend_virtiofs()
    uevent(device, "virtiofs", "add")
    expect_there(m)


def case_error_of_a_later_look_passes(m: Machine) -> None:
    m.wait("virtiofs:myfs")
    device = m.virtiofs(b"other")
    m.break_virtiofs()
    for _ in range(3):
        uevent(device, "virtiofs", "add")
    m.until(b"Not a directory")
    uevent(device, "virtiofs", "add")
    m.mend_virtiofs()
    uevent(m.virtiofs(b"myfs"), "virtiofs", "add")
    expect_there(m)
    expect(m.err.count(b"Not a directory") == 1, f"noted more than once: {m.err!r}")


def case_error_at_the_last_event_passes(m: Machine) -> None:
    """No event follows when the error is over, so fstag-wait has to check again by itself."""
    m.hurry()
    m.wait("virtiofs:myfs")
    device = m.virtiofs(b"myfs")
    m.break_virtiofs()
    uevent(device, "virtiofs", "add")
    m.until(b"Not a directory")
    m.mend_virtiofs()
    expect_there(m)
    expect(m.times() == [10, 1], f"it looks again after {m.times()}")


def case_error_of_one_type_leaves_the_other(m: Machine) -> None:
    m.p9(b"myfs")
    m.break_virtiofs()
    m.start("virtiofs,9p:myfs")
    expect_there(m)


def case_time_out(m: Machine) -> None:
    with manager.Manager(result="timeout"):
        m.wait("virtiofs,9p:myfs")
        expect(m.terminate() == 1, "exit status is not 1")
    expect(
        m.err.startswith(
            b"<3>Gave up waiting for source 'myfs' (virtiofs,9p). " b"Available: none. "
        ),
        repr(m.err),
    )


def case_stopped_by_systemd(m: Machine) -> None:
    with manager.Manager(result="success"):
        m.wait("virtiofs,9p:myfs")
        expect(m.terminate() == 1, "exit status is not 1")
    expect(b"Stopped by SIGTERM while waiting for source 'myfs'" in m.err, repr(m.err))


def case_stopped_without_systemd(m: Machine) -> None:
    m.wait("virtiofs,9p:myfs")
    expect(m.terminate() == 1, "exit status is not 1")
    expect(b"Stopped by SIGTERM while waiting for source 'myfs'" in m.err, repr(m.err))


def case_stopped_beside_a_systemd_that_is_busy(m: Machine) -> None:
    m.hurry()
    with manager.Manager(result=None):
        m.wait("virtiofs,9p:myfs")
        expect(m.terminate() == 1, "exit status is not 1")
    expect(b"Stopped by SIGTERM while waiting for source 'myfs'" in m.err, repr(m.err))
    expect(m.times() == [10, 5], f"it waits for an answer for {m.times()}")


def case_9p_after_its_driver(m: Machine) -> None:
    """The tag can be read before a mount finds the channel. Writing to `bind` waits for that."""
    m.p9(b"other")
    os.mkfifo(DRIVER / "bind")
    m.p9(b"myfs")
    with open(os.open(DRIVER / "bind", os.O_RDONLY | os.O_NONBLOCK), "rb") as bind:
        m.start("virtiofs,9p:myfs")
        expect_there(m)
        told = bind.read()
    expect(told == b"virtio1", f"it told the driver {told!r}")


def case_alias(m: Machine) -> None:
    m.p9("a/b %ü".encode())
    m.driverless("0x0009")
    told = m.alias("virtio0")
    expect(told == (0, "SYSTEMD_ALIAS=/dev/fstag/a%2Fb%20%25%C3%BC\n"), f"it told {told}")
    told = m.alias("virtio1")
    expect(told == (1, ""), f"of a device without a tag it told {told}")


def case_types_that_are_none(m: Machine) -> None:
    for text in (",virtiofs:x", "virtiofs,:x", "virtio fs:x", ":x", "x"):
        m.start(text)
        expect(m.end() == 1 and b"is not TYPE[,TYPE...]:SOURCE" in m.err, f"{text}: {m.err!r}")
        m.err = b""


def run_case(program: str, case) -> list[str]:
    machine = Machine(program)
    try:
        case(machine)
    except AssertionError as error:
        return [str(error)]
    finally:
        machine.close()
    return []


def main() -> int:
    program, *names = sys.argv[2:]
    cases = {
        name.removeprefix("case_"): case
        for module in (sys.modules[__name__], hidden, messages, servers)
        for name, case in vars(module).items()
        if name.startswith("case_") and (not names or name.removeprefix("case_") in names)
    }
    if unknown := set(names) - set(cases):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    for where in ("/sys", "/run"):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", where], check=True)
    run = functools.partial(run_case, program)
    return tap.run([(name, functools.partial(run, case)) for name, case in cases.items()])


def enter_namespaces() -> int:
    unshare = ["unshare", "--mount", "--net", "--fork", "--kill-child"]
    if os.geteuid() != 0:
        unshare += ["--user", "--map-root-user"]
    if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        return tap.skip("no namespaces")
    program = os.path.abspath(sys.argv[1])
    return subprocess.run(
        [*unshare, sys.executable, __file__, "--inside", program, *sys.argv[2:]]
    ).returncode


if __name__ == "__main__":
    sys.exit(main() if sys.argv[1] == "--inside" else enter_namespaces())
