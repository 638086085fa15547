# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads and compares everything that must be equal in two identical trees."""

from __future__ import annotations

import ctypes
import hashlib
import mmap
import os
import stat
from collections import defaultdict
from pathlib import Path

PAGE = mmap.PAGESIZE
# For each file, by device and inode.
Data = dict[tuple[int, int], list[tuple[int, int, str]]]
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_long,
]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]


def read(root: Path) -> dict[str, dict[str, object]]:
    """Maps paths to attributes, for the directory itself (as "") and everything below it.

    The tree must be mounted with noatime, so that reading does not change it.
    """
    tree: dict[str, dict[str, object]] = {}
    names: dict[int, list[str]] = defaultdict(list)
    # A file with several hard links is read only once.
    data: Data = {}
    for directory, directories, files in os.walk(root):
        relative = os.path.relpath(directory, root)
        if relative == ".":
            tree[""] = describe(directory, data)
        for name in directories + files:
            path = os.path.normpath(os.path.join(relative, name))
            tree[path] = describe(os.path.join(directory, name), data)
            if not stat.S_ISDIR(tree[path]["mode"]):
                names[os.lstat(os.path.join(directory, name)).st_ino].append(path)
    for paths in names.values():
        for path in paths:
            tree[path]["names"] = sorted(paths)
    return tree


def describe(path: str, data: Data) -> dict[str, object]:
    st = os.lstat(path)
    found: dict[str, object] = {
        "mode": st.st_mode,
        "owner": (st.st_uid, st.st_gid),
        "atime": st.st_atime_ns,
        "mtime": st.st_mtime_ns,
        "xattrs": {
            key: os.getxattr(path, key, follow_symlinks=False)
            for key in os.listxattr(path, follow_symlinks=False)
        },
    }
    if stat.S_ISLNK(st.st_mode):
        found["target"] = os.readlink(path)
    elif stat.S_ISREG(st.st_mode):
        found["size"] = st.st_size
        file = st.st_dev, st.st_ino
        if file not in data:
            data[file] = read_data(path, st.st_size)
        found["data"] = data[file]
    elif stat.S_ISBLK(st.st_mode) or stat.S_ISCHR(st.st_mode):
        found["device"] = st.st_rdev
    return found


def read_data(path: str, size: int) -> list[tuple[int, int, str]]:
    """Where there is data, with adjacent pages joined, and a digest of it."""
    fd = os.open(path, os.O_RDONLY)
    try:
        return [
            (start, end, hashlib.sha256(os.pread(fd, end - start, start)).hexdigest())
            for start, end in extents(fd, size)
        ]
    finally:
        os.close(fd)


def extents(fd: int, size: int) -> list[tuple[int, int]]:
    """The pages in the page cache. On a ramfs or tmpfs, these are exactly the data."""
    if size == 0:
        return []
    address = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
    pages = ctypes.create_string_buffer((size + PAGE - 1) // PAGE)
    assert libc.mincore(address, size, pages) == 0
    libc.munmap(address, size)
    found: list[tuple[int, int]] = []
    for number, page in enumerate(pages.raw):
        if not page & 1:
            continue
        start, end = number * PAGE, min((number + 1) * PAGE, size)
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def differences(before: dict, after: dict) -> list[str]:
    """The differences, in words; empty if there are none."""
    told = [f"'{path}' is gone" for path in before.keys() - after.keys()]
    told += [f"'{path}' is new" for path in after.keys() - before.keys()]
    for path in before.keys() & after.keys():
        for key in before[path].keys() | after[path].keys():
            old, new = before[path].get(key), after[path].get(key)
            if old != new:
                told.append(f"{key} of '{path}' is {new}, not {old}")
    return sorted(told)
