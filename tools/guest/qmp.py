# SPDX-License-Identifier: LGPL-2.1-or-later
"""The control connection to QEMU, which plugs and unplugs devices."""

from __future__ import annotations

import json
import socket
import threading

from . import host


class Qmp:
    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        self._connection = connection
        self._lines = connection.makefile("r", encoding="utf-8")
        self._lock = threading.Lock()
        self._read()
        self.execute("qmp_capabilities")

    def execute(self, command: str, **arguments: object) -> object:
        message = {"execute": command, "arguments": arguments}
        with self._lock:
            self._connection.sendall(json.dumps(message).encode())
            while True:
                answer = self._read()
                if "error" in answer:
                    raise host.GuestError(f"QEMU, {command}: {answer['error']['desc']}")
                if "return" in answer:
                    return answer["return"]

    def _read(self) -> dict:
        try:
            line = self._lines.readline()
        except OSError as error:
            raise host.GuestError(f"QEMU does not answer: {error}") from error
        if not line:
            raise host.GuestError("QEMU has ended")
        return json.loads(line)
