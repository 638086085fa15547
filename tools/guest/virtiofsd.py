# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two servers of virtiofs: the one in C that was part of QEMU up to 7.2, so in Debian 12, and
the one in Rust that later releases have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import host, image
from .suite import OLDEST_SUITE, Tree

IN_C = "/usr/lib/qemu/virtiofsd"
IN_RUST = "/usr/libexec/virtiofsd"
# What a device may ask for.
OPTIONS_IN_C = {"xattr": "xattr", "posix-acl": "xattr,posix_acl"}
OPTIONS_IN_RUST = {"xattr": "--xattr", "posix-acl": "--posix-acl"}


@dataclass(frozen=True)
class Server:
    command: tuple[str | Path, ...]

    @property
    def in_c(self) -> bool:
        return self.command == (IN_C,)

    def arguments(
        self, listener: int, share: Path, options: tuple[str, ...], traced: bool
    ) -> list[str | Path]:
        """The command line of a server for `share`; `listener` is a descriptor of its socket."""
        # The server may cache a share because only the guest changes it. By default, it drops the
        # pages of a file whenever the file is opened again.
        if self.in_c:
            words = [f"source={share}", "sandbox=chroot", "announce_submounts", "cache=always"]
            words += [OPTIONS_IN_C[option] for option in options]
            command = [*self.command, f"--fd={listener}", "-o", ",".join(words)]
            return [*command, "-d"] if traced else command
        words = ["--sandbox=chroot", "--announce-submounts", "--cache=always"]
        words += [OPTIONS_IN_RUST[option] for option in options]
        words += ["--log-level=debug"] if traced else []
        return [*self.command, f"--fd={listener}", f"--shared-dir={share}", *words]


def of_host() -> Server:
    return Server((host.find_program(IN_RUST, IN_C),))


def of_suite(tree: Tree) -> Server:
    """The server of the suite. It runs on this host, with the libraries of the tree."""
    if tree.suite.name == OLDEST_SUITE:
        # Its package is QEMU, with many libraries that the tree lacks.
        return of_host()
    program = image.unpack_package(tree, "virtiofsd") / IN_RUST.lstrip("/")
    loader = tree.path / "usr/lib64/ld-linux-x86-64.so.2"
    libraries = tree.path / "usr/lib/x86_64-linux-gnu"
    return Server((loader, "--library-path", libraries, program))
