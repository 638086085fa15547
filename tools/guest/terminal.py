# SPDX-License-Identifier: LGPL-2.1-or-later
"""Connects the terminal of the user to the serial console of the guest."""

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
PROMPT = b"# "


def attach(machine: Machine) -> None:
    """Returns when the guest has powered off or the user has typed Ctrl-]."""
    print("\nA shell on the serial console of the guest. Log out or type Ctrl-] to end it.")
    sys.stdout.flush()
    prompted = threading.Event()
    ended = threading.Event()

    def show(data: bytes) -> None:
        os.write(sys.stdout.fileno(), data)
        if data.endswith(PROMPT):
            prompted.set()

    machine.console.relay = show
    arguments = (machine, prompted, ended)
    threading.Thread(target=_forward_input, args=arguments, daemon=True).start()
    with _raw_terminal():
        while not ended.is_set() and not machine.wait_end(0.2):
            pass
    machine.console.relay = None
    print()


def _forward_input(machine: Machine, prompted: threading.Event, ended: threading.Event) -> None:
    by_hand = sys.stdin.isatty()
    if not by_hand:
        # The login discards input from before its start.
        prompted.wait()
    with contextlib.suppress(OSError):
        while data := os.read(sys.stdin.fileno(), 1024):
            if by_hand and END_KEY in data:
                ended.set()
                return
            machine.console.send(data)
        # Log out at the end of the input.
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
