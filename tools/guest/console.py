# SPDX-License-Identifier: LGPL-2.1-or-later
"""The serial console of the guest: its lines, with the time on the host."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# What is not text: CSI sequences (colours), OSC sequences (systemd 262 marks its sessions with OSC
# 3008, firmware sets titles), other escape sequences, carriage returns and NULs.
NO_TEXT = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_78=>c]|[\r\x00]"
)


@dataclass(frozen=True)
class Line:
    time: float  # time.monotonic() of the host
    text: str


class Console:
    def __init__(self, connection: socket.socket, log: Path) -> None:
        self._connection = connection
        self._log = log
        self._changed = threading.Condition()
        self.lines: list[Line] = []
        self.ended = False
        self.relay: Callable[[bytes], None] | None = None
        threading.Thread(target=self._read_all, daemon=True).start()

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def find(self, pattern: str, start: int = 0) -> Line | None:
        for line in self.lines[start:]:
            if re.search(pattern, line.text):
                return line
        return None

    def wait_for(self, pattern: str, seconds: float, start: int = 0) -> Line | None:
        """The first line from `start` on that matches; None if none appears in time."""
        deadline = time.monotonic() + seconds
        seen = start
        with self._changed:
            while True:
                line = self.find(pattern, seen)
                if line:
                    return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    return None
                self._changed.wait(left)

    def wait_quiet(self, pause: float, seconds: float) -> bool:
        """Waits for a pause without a new line; returns whether there was one in time."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while time.monotonic() < deadline and not self.ended:
                quiet = time.monotonic() - (self.lines[-1].time if self.lines else 0)
                if quiet >= pause:
                    return True
                self._changed.wait(pause - quiet)
        return False

    def wait_end(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.ended, seconds)

    def _read_all(self) -> None:
        rest = b""
        with self._log.open("wb") as log:
            while data := self._receive():
                log.write(data)
                log.flush()
                if self.relay:
                    self.relay(data)
                *whole, rest = (rest + data).split(b"\n")
                self._add(whole)
        if rest:
            self._add([rest])
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _receive(self) -> bytes:
        try:
            return self._connection.recv(65536)
        except OSError:
            return b""

    def _add(self, whole: list[bytes]) -> None:
        now = time.monotonic()
        texts = [NO_TEXT.sub("", line.decode(errors="replace")) for line in whole]
        with self._changed:
            self.lines += [Line(now, text) for text in texts]
            self._changed.notify_all()
