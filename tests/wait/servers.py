# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cases in which the source is on the network."""

from __future__ import annotations

import fcntl
import socket
import struct
import time

import manager
from machine import Machine, expect, expect_there

SOURCE = "nfs4:10.0.2.2:/export"
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
# The loopback interface has this address as well once it is up.
ADDRESS = "127.0.0.2"


def set_up(flags: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", flags)
        fcntl.ioctl(control, SIOCSIFFLAGS, request)


def listen() -> socket.socket:
    listener = socket.socket()
    listener.bind((ADDRESS, 0))
    return listener


def wait_for(m: Machine, *servers: str) -> None:
    m.env["FSTAG_SERVERS"] = ",".join(servers)
    m.wait(SOURCE)


def case_server_answers(m: Machine) -> None:
    set_up(IFF_UP)
    with listen() as refuses, listen() as answers:
        answers.listen()
        wait_for(m, *(f"{ADDRESS}/{s.getsockname()[1]}" for s in (refuses, answers)))
        expect_there(m)


def case_network_and_server_come_later(m: Machine) -> None:
    set_up(0)
    wait_for(m, f"{ADDRESS}/2049")
    set_up(IFF_UP)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, 2049))
        expect_waits(m)
        listener.listen()
        expect_there(m)


def expect_waits(m: Machine) -> None:
    """At least two further attempts."""
    try:
        m.until(b"nothing", 1.2)
    except AssertionError:
        return


def case_server_does_not_answer(m: Machine) -> None:
    set_up(IFF_UP)
    with manager.Manager(result="timeout"), listen() as refuses:
        port = refuses.getsockname()[1]
        wait_for(m, f"{ADDRESS}/{port}")
        expect_waits(m)
        expect(m.terminate() == 1, "exit status is not 1")
    told = (
        f"<3>Gave up waiting for source '10.0.2.2:/export' (nfs4). "
        f"No server answers: {ADDRESS} port {port}: Connection refused. Missing modules: "
    )
    expect(m.err.startswith(told.encode()), repr(m.err))


def case_time_out_during_an_attempt(m: Machine) -> None:
    """systemd ends the attempt as well, which must not hide why the last one failed."""
    set_up(IFF_UP)
    with manager.Manager(result="timeout"), listen() as silent, socket.socket() as first:
        port = silent.getsockname()[1]
        wait_for(m, f"{ADDRESS}/{port}")
        expect_waits(m)
        # The kernel does not answer if the queue is full.
        silent.listen(0)
        first.connect((ADDRESS, port))
        time.sleep(0.8)
        expect(m.terminate_all() == 1, "exit status is not 1")
    told = f"No server answers: {ADDRESS} port {port}: Connection refused"
    expect(told.encode() in m.err, repr(m.err))


def case_lack_of_descriptors_passes(m: Machine) -> None:
    set_up(IFF_UP)
    with listen() as listener:
        wait_for(m, f"{ADDRESS}/{listener.getsockname()[1]}")
        m.limit_descriptors(3)
        expect_waits(m)
        m.limit_descriptors(100)
        listener.listen()
        expect_there(m)


def case_server_without_address(m: Machine) -> None:
    """A name that cannot be looked up."""
    wait_for(m, "server.invalid/2049")
    expect_waits(m)
    m.terminate()
    expect(b"No server answers: server.invalid port 2049: " in m.err, repr(m.err))
    expect(b"in name resolution" in m.err or b"not known" in m.err, repr(m.err))
