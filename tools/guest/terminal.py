# SPDX-License-Identifier: LGPL-2.1-or-later
"""Connects the user's terminal with the guest's serial console."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
import threading
import tty
from collections.abc import Iterator

from .machine import Machine

END_KEY = b"\x1d"  # Ctrl-]


def attach(machine: Machine) -> None:
    """Returns when the guest powered off or the user typed Ctrl-]."""
    print("\nA login on the guest's serial console; logging out ends it, so does Ctrl-].")
    sys.stdout.flush()
    machine.console.relay = _print
    ended = threading.Event()
    threading.Thread(target=_forward_input, args=(machine, ended), daemon=True).start()
    with _raw_terminal():
        while not ended.is_set() and not machine.wait_end(0.2):
            pass
    machine.console.relay = None
    print()


def _print(data: bytes) -> None:
    os.write(sys.stdout.fileno(), data)


def _forward_input(machine: Machine, ended: threading.Event) -> None:
    with contextlib.suppress(OSError):
        # Without an end of input the guest's shell goes on; a script that is piped
        # in ends with its last line, so that is followed by a log-out.
        while data := os.read(sys.stdin.fileno(), 1024):
            if sys.stdin.isatty() and END_KEY in data:
                ended.set()
                return
            machine.console.send(data)
        machine.console.send(b"\n\x04")


@contextlib.contextmanager
def _raw_terminal() -> Iterator[None]:
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
