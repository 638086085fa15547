# SPDX-License-Identifier: LGPL-2.1-or-later
"""fstag-remount where it fails: without PID 1's answer, and killed."""

from __future__ import annotations

import random
import signal
import socket
import struct
import threading
import time
from pathlib import Path

import images
from case import expect, expect_identical, read, test
from namespace import Programs, install, install_service, mounted, start_service

KILLS = 20


def fill_for_service(programs: Programs, root: Path) -> dict:
    images.every_kind(root, has_xattrs=True)
    images.many(root / "usr", 2000)
    install(programs, root)
    install_service(programs, root)
    return read(root)


@test("the service leaves all as it is where PID 1 does not answer")
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
    """A PID 1 that takes two seconds for its answer, or then goes away without one."""
    connection, _ = listener.accept()
    with connection:
        seen = receive(connection, b"BEGIN\r\n")
        data = b"DATA\r\n" if b"DATA" in seen else b""
        connection.sendall(data + b"OK " + b"0" * 32 + b"\r\nAGREE_UNIX_FD\r\n")
        call = seen.partition(b"BEGIN\r\n")[2] or connection.recv(4096)
        time.sleep(2)
        if answers:
            # The reply to the serial number of the call, without a body.
            connection.sendall(struct.pack("<4s3IBBBBI", b"l\2\1\1", 0, 1, 8, 5, 1, ord("u"), 0,
                                           struct.unpack_from("<I", call, 8)[0]))
            connection.recv(1)


@test("the service waits for PID 1's answer as long as it takes", True)
@test("the service leaves nothing behind where PID 1 goes away", False)
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
        expect(process.returncode == (0 if answers else 1), f"it ended with {process.returncode}: {told}")
        expect((root / ".fstag-root").exists() == answers, "what it made of the folder is wrong")


@test("the service is killed at any time, and leaves all as it is")
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
