# SPDX-License-Identifier: LGPL-2.1-or-later
"""Simulates the part of PID 1 that a service needs to ask for its own result."""

from __future__ import annotations

import os
import socket
import struct
import threading

PATH = "/run/systemd/private"
UNIT = "/org/freedesktop/systemd1/unit/fstag_2dwait"
METHOD_RETURN = 2
FIELD_MEMBER, FIELD_REPLY_SERIAL, FIELD_SIGNATURE = 3, 5, 8


class Manager:
    """Replies with the result, or never if there is none."""

    def __init__(self, result: str | None) -> None:
        self._result = result

    def __enter__(self) -> Manager:
        os.makedirs(os.path.dirname(PATH), exist_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(PATH)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.unlink(PATH)
        self._listener.close()

    def _serve(self) -> None:
        try:
            peer, _ = self._listener.accept()
            with peer, peer.makefile("rb") as stream:
                self._talk(peer, stream)
        except OSError:
            pass  # the case is over

    def _talk(self, peer: socket.socket, stream) -> None:
        while (line := stream.readline()) and line != b"BEGIN\r\n":
            if line.startswith(b"DATA"):
                peer.sendall(b"OK " + b"0" * 32 + b"\r\n")
            elif line.startswith(b"NEGOTIATE"):
                peer.sendall(b"AGREE_UNIX_FD\r\n")
            else:
                peer.sendall(b"DATA\r\n")
        while head := stream.read(16):
            body_length, serial, fields_length = struct.unpack("<III", head[4:16])
            fields = stream.read((fields_length + 7) // 8 * 8)
            body = stream.read(body_length)
            if self._result is not None:
                peer.sendall(self._answer(serial, fields, body))

    def _answer(self, serial: int, fields: bytes, body: bytes) -> bytes:
        if b"GetUnitByPID" in fields:
            return message(serial, b"o", text(UNIT))
        if b"Result" in body:
            return message(serial, b"v", b"\1s\0\0" + text(self._result))
        return message(serial, b"", b"")


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode() + b"\0"


def message(reply_to: int, signature: bytes, body: bytes) -> bytes:
    fields = struct.pack("<BBBBI", FIELD_REPLY_SERIAL, 1, ord("u"), 0, reply_to)
    if signature:
        fields += struct.pack("<BBBB", FIELD_SIGNATURE, 1, ord("g"), 0)
        fields += bytes([len(signature)]) + signature + b"\0"
    head = struct.pack("<BBBBIII", ord("l"), METHOD_RETURN, 0, 1, len(body), 1, len(fields))
    return head + fields + b"\0" * (-len(fields) % 8) + body
