# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the trees that the tests move: a small one with every kind of file, and a large one."""

from __future__ import annotations

import functools
import os
import random
import socket
import stat
import struct
from pathlib import Path

MIB = 1 << 20
# Version 2 of struct vfs_cap_data, cap_net_raw=ep.
CAPABILITY = struct.pack("<5I", 0x02000001, 1 << 13, 0, 0, 0)
# ACL_USER_OBJ, ACL_USER 1000, ACL_GROUP_OBJ, ACL_MASK and ACL_OTHER in Linux's xattr format.
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", tag, permissions, number)
    for tag, permissions, number in (
        (1, 7, 0xFFFFFFFF),
        (2, 6, 1000),
        (4, 5, 0xFFFFFFFF),
        (16, 7, 0xFFFFFFFF),
        (32, 4, 0xFFFFFFFF),
    )
)


def file(
    path: Path, content: bytes = b"", mode: int = 0o644, owner: tuple[int, int] = (0, 0)
) -> None:
    path.write_bytes(content)
    os.chown(path, *owner)
    path.chmod(mode)


@functools.cache
def noise_bytes(size: int) -> bytes:
    """The same bytes for each image, generated only once because there are hundreds of images."""
    return random.Random(1).randbytes(size)


def sparse(path: Path, size: int, *places: int) -> None:
    with path.open("wb") as opened:
        opened.truncate(size)
        for place in places:
            opened.seek(place)
            opened.write(b"data" * 1024)


def every_kind(root: Path, has_xattrs: bool) -> None:
    """Makes at least one file of each kind; a few are larger than what moves in one step."""
    etc, var = root / "etc", root / "var"
    for directory in (etc, var, var / "empty", root / "a" / "deep" / "directory", root / "sticky"):
        directory.mkdir(parents=True)
    file(etc / "hello", b"hello\n")
    file(etc / "nothing")
    file(etc / "owned", b"x" * 5000, 0o600, (1000, 1001))
    file(etc / "setuid", b"program", 0o4755)
    file(etc / "setgid", b"program", 0o2755, (7, 8))
    file(etc / "zeros", b"\0" * 70000)
    file(etc / "new\nline \xff", b"name")
    file(var / "large", noise_bytes(3 * MIB + 123))
    sparse(var / "sparse-small", 100000, 40960)
    sparse(var / "sparse-large", 8 * MIB + 5, 0, 3 * MIB, 5 * MIB + 4096)
    sparse(var / "hole-at-end", 4 * MIB, 4096)
    sparse(var / "hole", 3 * MIB)
    os.symlink("etc/hello", root / "link")
    os.symlink("x" * 4095, root / "long-link")
    os.chown(root / "link", 5, 6, follow_symlinks=False)
    os.mknod(root / "console", stat.S_IFCHR | 0o620, os.makedev(5, 1))
    os.mknod(root / "disk", stat.S_IFBLK | 0o660, os.makedev(8, 17))
    os.mkfifo(root / "fifo", 0o640)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(root / "socket"))
    # Hard links in several directories to small, large and special files.
    for name, source in (("one", etc / "hello"), ("two", var / "large"), ("three", root / "fifo")):
        os.link(source, root / "a" / name)
        os.link(source, root / "a" / "deep" / "directory" / name)
    os.link(root / "long-link", root / "a" / "long", follow_symlinks=False)
    os.chown(root / "a", 3, 4)
    (root / "a").chmod(0o2770)
    (root / "sticky").chmod(0o1777)
    if has_xattrs:
        xattrs(root)
    times(root)


def xattrs(root: Path) -> None:
    os.setxattr(root / "etc/setuid", "security.capability", CAPABILITY)
    os.setxattr(root / "var/large", "security.capability", CAPABILITY)
    os.setxattr(root / "etc/hello", "trusted.test", b"\0binary\xff")
    os.setxattr(root / "etc/hello", "security.selinux", b"system_u:object_r:etc_t:s0\0")
    os.setxattr(root / "link", "security.selinux", b"a link's\0", follow_symlinks=False)
    os.setxattr(root / "fifo", "trusted.fifo", b"", follow_symlinks=False)
    os.setxattr(root / "console", "security.selinux", b"a device's\0")
    os.setxattr(root / "etc/owned", "system.posix_acl_access", ACL)
    os.setxattr(root / "a", "system.posix_acl_access", ACL)
    os.setxattr(root / "a", "system.posix_acl_default", ACL)
    os.setxattr(root, "trusted.root", b"root")


def times(root: Path) -> None:
    """Sets different times, to the nanosecond; those of a directory after its contents."""
    noise = random.Random(2)
    for directory, directories, files in os.walk(root, topdown=False):
        for name in (
            files + [n for n in directories if os.path.islink(os.path.join(directory, n))] + ["."]
        ):
            stamps = (noise.randrange(2 * 10**18), noise.randrange(2 * 10**18))
            os.utime(os.path.join(directory, name), ns=stamps, follow_symlinks=False)


def many(root: Path, files: int) -> None:
    """Makes a large image: many small files, with directories, symbolic links and hard links."""
    noise = random.Random(3)
    root.mkdir(exist_ok=True)
    directories = [root]
    for number in range(files // 10):
        directory = noise.choice(directories[-200:]) / f"directory{number}"
        directory.mkdir()
        directories.append(directory)
    last: Path | None = None
    for number in range(files - files // 10):
        path = noise.choice(directories) / f"file{number}"
        kind = noise.random()
        if kind < 0.15:
            os.symlink(f"target{number}", path)
        elif kind < 0.2 and last:
            os.link(last, path)
        else:
            size = int(2 ** noise.uniform(0, 15)) if kind < 0.999 else noise.randrange(6 * MIB)
            file(path, noise.randbytes(size), noise.choice((0o644, 0o755, 0o600)))
            last = path
    times(root)
