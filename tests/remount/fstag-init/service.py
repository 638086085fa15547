# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests fstag-remount: failures, signals at any time, what it logs, and obstacles."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import images
from case import FEWER, expect, expect_identical, read, test
from namespace import (
    Programs,
    add_log,
    install,
    install_service,
    mounted,
    read_log,
    run,
    start_service,
)

KILLS = 20 // FEWER


def fill_for_service(programs: Programs, root: Path) -> dict:
    images.every_kind(root, has_xattrs=True)
    images.many(root / "usr", 2000)
    install(programs, root)
    install_service(programs, root)
    return read(root)


@test("the service leaves everything as it is if PID 1 does not answer")
def service_without_systemd(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        process = start_service(root)
        told = process.communicate()[1].decode()
        expect(process.returncode == 1, "it did not fail")
        expect("Failed to switch to the tmpfs" in told, f"it says {told}")
        expect_identical(before, root)


def receive(connection: socket.socket, end: bytes) -> bytes:
    seen = b""
    while end not in seen and (more := connection.recv(4096)):
        seen += more
    return seen


def serve_late(listener: socket.socket, answers: bool) -> None:
    """Acts as a PID 1 that replies after two seconds, or then goes away without a reply."""
    connection, _ = listener.accept()
    with connection:
        seen = receive(connection, b"BEGIN\r\n")
        data = b"DATA\r\n" if b"DATA" in seen else b""
        connection.sendall(data + b"OK " + b"0" * 32 + b"\r\nAGREE_UNIX_FD\r\n")
        call = seen.partition(b"BEGIN\r\n")[2] or connection.recv(4096)
        time.sleep(2)
        if answers:
            # The reply to the serial number of the call, without a body.
            connection.sendall(
                struct.pack(
                    "<4s3IBBBBI",
                    b"l\2\1\1",
                    0,
                    1,
                    8,
                    5,
                    1,
                    ord("u"),
                    0,
                    struct.unpack_from("<I", call, 8)[0],
                )
            )
            connection.recv(1)


@test("the service waits for PID 1's answer as long as it takes", True)
@test("the service leaves nothing behind if PID 1 goes away", False)
def service_waits(programs: Programs, answers: bool) -> None:
    with mounted("tmpfs") as root, socket.socket(socket.AF_UNIX) as listener:
        fill_for_service(programs, root)
        (root / "run/systemd").mkdir(parents=True)
        listener.bind(str(root / "run/systemd/private"))
        listener.listen()
        thread = threading.Thread(target=serve_late, args=(listener, answers), daemon=True)
        thread.start()
        process = start_service(root, SYSTEMD_BUS_TIMEOUT="1s")
        told = process.communicate()[1].decode()
        expect(
            process.returncode == (0 if answers else 1),
            f"it ended with {process.returncode}: {told}",
        )
        expect(
            (root / ".fstag-root").exists() == answers,
            "it should have kept or removed the directory",
        )


@test("the service is killed at any time and leaves everything as it is")
def service_killed(programs: Programs) -> None:
    noise = random.Random()
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        started = time.monotonic()
        start_service(root).wait()
        whole = time.monotonic() - started
        for _ in range(KILLS):
            process = start_service(root)
            time.sleep(noise.uniform(0, whole))
            process.send_signal(noise.choice((signal.SIGTERM, signal.SIGKILL)))
            process.wait()
            expect_identical(before, root)


AUTO = "pivot_root already works, leaving the initramfs alone"
OPTIONS = "fstag.remountflags=size=64M,nosuid"
# The command line, the exit status and the messages.
SERVICE_SAYS = {
    "auto": ("fstag.remount=auto", 0, [f"6 {AUTO}"]),
    "options": (f"fstag.remount=auto {OPTIONS}", 0, [f"6 {AUTO}, with {OPTIONS}"]),
    "an unknown option": (
        f"fstag.remount=yes {OPTIONS},colour=red",
        1,
        [
            "3 fstag.remountflags=: 'colour=red' is not a valid option for a tmpfs used as root: "
            "Invalid argument",
            f"6 {AUTO}, without {OPTIONS},colour=red",
        ],
    ),
    "too small a size=": (
        "fstag.remount=auto fstag.remountflags=size=4k",
        1,
        [
            "3 fstag.remountflags=size=4k cannot be set on this initramfs "
            "(Too small a size for current use): Invalid argument",
            f"6 {AUTO}, without fstag.remountflags=size=4k",
        ],
    ),
    "options that do not count": (
        f"fstag.remount=no {OPTIONS}",
        0,
        ["6 fstag.remount=no, leaving the initramfs alone"],
    ),
}


def service_says(programs: Programs, line: str, status: int, expected: list[str]) -> None:
    with mounted("tmpfs") as root:
        fill_for_service(programs, root)
        add_log(root)
        before = os.statvfs(root).f_blocks
        process = start_service(root, SYSTEMD_PROC_CMDLINE=line)
        told = process.communicate()[1].decode()
        expect(read_log(root) == expected, f"it says {read_log(root)} {told}")
        expect(process.returncode == status, f"it ended with {process.returncode}")
        limited = os.statvfs(root).f_blocks != before
        expect(
            limited == (", with " in expected[-1]),
            f"{before} blocks, then {os.statvfs(root).f_blocks}",
        )


for name, arguments in SERVICE_SAYS.items():
    test(f"what the service logs, {name}", *arguments)(service_says)


@test("what the service logs, a copy with options")
def service_copies(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill_for_service(programs, root)
        add_log(root)
        start_service(root, SYSTEMD_PROC_CMDLINE=f"fstag.remount=tmpfs {OPTIONS}").wait()
        lines = read_log(root)
        pattern = (
            r"6 Copied the initramfs, \d+ files and \d+ MiB, to a tmpfs, "
            rf"with {OPTIONS}; switching to it"
        )
        expect(bool(re.fullmatch(pattern, lines[0])), f"it says {lines}")


RESERVED = ".fstag-root"
OBSTACLES = {
    "a file": lambda path: path.write_text("mine"),
    "a symbolic link to a directory": lambda path: path.symlink_to("/etc"),
    "a dangling symbolic link": lambda path: path.symlink_to("/absent"),
    "a FIFO": os.mkfifo,
}


def obstacle(programs: Programs, make: Callable[[Path], None]) -> None:
    with mounted("tmpfs") as root:
        fill_for_service(programs, root)
        make(root / RESERVED)
        (root / "dev").mkdir()
        before = read(root)
        add_log(root)
        process = start_service(root)
        process.wait()
        expected = [
            "3 '/.fstag-root' is not a directory, so the tmpfs cannot be mounted there; "
            "leaving the initramfs alone"
        ]
        expect(read_log(root) == expected, f"it says {read_log(root)}")
        expect(process.returncode == 1, f"it ended with {process.returncode}")
        run("umount", root / "dev")
        expect_identical(before, root)


for name, make in OBSTACLES.items():
    test(f"the service stops if there is {name} where it mounts", make)(obstacle)


@test("the service mounts on an existing directory")
def reserved_directory(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill_for_service(programs, root)
        (root / RESERVED).mkdir()
        (root / RESERVED / "mine").write_text("mine")
        add_log(root)
        start_service(root).wait()
        lines = read_log(root)
        expect("switching to it" in lines[0], f"it says {lines}")
        expect((root / RESERVED / "mine").read_text() == "mine", "it is gone")
