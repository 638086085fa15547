# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes a cpio archive (format "newc") to append to an initrd.

The kernel unpacks all archives that follow one another. Test files thus reach the guest in an
archive of their own, and the initrd that dracut made stays unchanged.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass
class Overlay:
    """Files to add to an initrd: absolute path to mode and content."""

    entries: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def file(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.entries[path] = (stat.S_IFREG | mode, data)

    def link(self, path: str, target: str) -> None:
        self.entries[path] = (stat.S_IFLNK | 0o777, target.encode())

    def archive(self) -> bytes:
        entries = {directory: (stat.S_IFDIR | 0o755, b"") for directory in self._directories()}
        entries |= self.entries
        # By depth, so that every directory precedes its contents.
        names = sorted(entries, key=lambda name: (name.count("/"), name))
        parts = [_record(name.lstrip("/"), *entries[name]) for name in names]
        return b"".join(parts) + _record("TRAILER!!!", 0, b"")

    def _directories(self) -> set[str]:
        directories: set[str] = set()
        for path in self.entries:
            directories |= {str(parent) for parent in PurePosixPath(path).parents}
        # A path through a symbolic link of the image (/lib) would replace the link with a
        # directory. Paths below /usr, /etc and the like do not.
        return directories - {"/"}


def _record(name: str, mode: int, data: bytes) -> bytes:
    encoded = name.encode() + b"\0"
    fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
    header = b"070701" + b"".join(b"%08X" % number for number in fields)
    return _padded(header + encoded) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
