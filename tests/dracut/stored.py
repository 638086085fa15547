# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests what a host-only image stores about the host's root, and whether it needs the network."""

import subprocess
import tempfile
from pathlib import Path

from module import WORDS, Module

OTHER = b"30 29 0:27 / /usr rw,relatime - virtiofs theusr rw\n"
# The root in mountinfo, what the image stores, and the generator's Type=, What= and Options=.
STORED = {
    "virtiofs": (b"virtiofs myfs rw", b'root="virtiofs:myfs" rw', b"virtiofs", b"myfs", b"rw"),
    "dax": (
        b"virtiofs myfs rw,dax=always",
        b'root="virtiofs:myfs" rw rootflags="dax=always"',
        b"virtiofs",
        b"myfs",
        b"dax=always,rw",
    ),
    "msize": (
        b"9p myfs rw,access=client,msize=512000,trans=virtio",
        b'root="9p:myfs" rw rootflags="msize=512000,trans=virtio"',
        b"9p",
        b"myfs",
        b"msize=512000,trans=virtio,rw",
    ),
    "tcp": (
        b"9p 10.0.2.2 rw,sync,dirsync,aname=/srv/a\\040b,access=client,trans=tcp,port=5640",
        b'root="9p:10.0.2.2" rw rootflags="aname=/srv/a b,trans=tcp,port=5640"',
        b"9p",
        b"10.0.2.2",
        b"aname=/srv/a b,trans=tcp,port=5640,rw",
    ),
    "version": (
        b"9p myfs rw,access=user,trans=virtio,version=9p2000.u",
        b'root="9p:myfs" rw rootflags="trans=virtio,version=9p2000.u"',
        b"9p",
        b"myfs",
        b"trans=virtio,version=9p2000.u,rw",
    ),
    "noextend": (
        b"9p myfs rw,access=user,trans=virtio,noextend",
        b'root="9p:myfs" rw rootflags="trans=virtio,version=9p2000"',
        b"9p",
        b"myfs",
        b"trans=virtio,version=9p2000,rw",
    ),
    "non-ascii": (
        "virtiofs ümläut rw".encode(),
        'root="virtiofs:ümläut" rw'.encode(),
        b"virtiofs",
        "ümläut".encode(),
        b"rw",
    ),
    "blank-before-digits": (b"virtiofs my\\0401\\0111 rw", None, None, None, None),
    "blank": (b"virtiofs my\\0401 rw", b'root="virtiofs:my 1" rw', b"virtiofs", b"my 1", b"rw"),
    "hash": (b"virtiofs a\\043b rw", b'root="virtiofs:a#b" rw', b"virtiofs", b"a#b", b"rw"),
    "backslash": (
        b"virtiofs a\\1340b rw",
        b'root="virtiofs:a\\0b" rw',
        b"virtiofs",
        b"a\\0b",
        b"rw",
    ),
    "shell": (
        b"virtiofs $(id)`id`*%b rw",
        b'root="virtiofs:$(id)`id`*%b" rw',
        b"virtiofs",
        b"$$(id)`id`*%%b",
        b"rw",
    ),
    "double-quote": (b'virtiofs a"b rw', b"root='virtiofs:a\"b' rw", b"virtiofs", b'a"b', b"rw"),
    "single-quote": (b"virtiofs a'b rw", b'root="virtiofs:a\'b" rw', b"virtiofs", b"a'b", b"rw"),
    "both-quotes": (b"virtiofs a'\"b rw", None, None, None, None),
    "newline": (b"virtiofs a\\012b rw", None, None, None, None),
    "no-utf-8": (b"virtiofs a\xff rw", None, None, None, None),
    "block-device": (b"ext4 /dev/vda2 rw", None, None, None, None),
}


def mount_of(generator: str, line: bytes) -> dict[bytes, bytes]:
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [generator, directory, directory, directory],
            check=True,
            stderr=subprocess.DEVNULL,
            env={"SYSTEMD_IN_INITRD": "1", b"SYSTEMD_PROC_CMDLINE": line},
        )
        text = Path(directory, "sysroot.mount").read_bytes()
    return dict(line.split(b"=", 1) for line in text.splitlines() if b"=" in line)


def check_stored(module: Module, generator: str, name: str) -> str:
    root, stored, *mount = STORED[name]
    done = module.call("cmdline", WORDS + root + b"\n" + OTHER, hostonly="1")
    if done.returncode != 0:
        return f"exit status {done.returncode}: {done.stderr!r}"
    if stored is None:
        if done.stdout:
            return f"stored {done.stdout!r}"
        told = done.stderr.startswith(b"warning: ")
        return "" if told != (name == "block-device") else f"it said {done.stderr!r}"
    if done.stdout != b" " + stored:
        return f"stored {done.stdout!r}, not {stored!r}; {done.stderr!r}"
    seen = mount_of(generator, done.stdout)
    if [seen[b"Type"], seen[b"What"], seen[b"Options"]] != mount:
        return f"the generator makes {seen} of it"
    return ""


def check_directory(module: Module) -> str:
    """With a root that is a directory of the share."""
    done = module.call(
        "cmdline", WORDS.replace(b" / / ", b" /image / ") + b"virtiofs myfs rw\n", hostonly="1"
    )
    if done.stdout or not done.stderr.startswith(b"warning: fstag: the root is '/image' of 'myfs'"):
        return f"stored {done.stdout!r}, said {done.stderr!r}"
    return ""


def check_depends(module: Module, options: str, network: bool) -> str:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "modules.d/40network").mkdir(parents=True)
        done = module.call(
            "depends",
            WORDS + f"9p myfs rw,{options}\n".encode(),
            hostonly="1",
            dracutbasedir=directory,
        )
    if (b"network" in done.stdout.split()) != network or done.returncode != 0:
        return f"depends() says {done.stdout!r}, {done.stderr!r}"
    return ""
