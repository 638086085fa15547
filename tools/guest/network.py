# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers of shares on the network, for a guest that reaches them through QEMU.

They run in a network namespace with only a loopback interface, together with QEMU, whose user
network shows that interface to the guest as 10.0.2.2. Machines that run at the same time have a
namespace each, so that their servers can use the same ports.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from . import host

# What the server exports, by its path in the guest.
EXPORT = "/srv/guest"


class Network:
    def __init__(self) -> None:
        # It keeps the namespace until it is killed.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        if self.holder.stdout.readline() != b"up\n":
            raise host.GuestError("cannot make a network namespace: is iproute2 installed?")

    def command(self, command: list[str]) -> list[str]:
        """The command, to run in the namespace."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *command]

    def start_server(self, share: Path, directory: Path) -> subprocess.Popen:
        """Starts a server for 9p; its log is in `directory`."""
        prepare, serve = _diod(share)
        script = f"{prepare} && exec {shlex.join(serve)}"
        # A PID namespace, so that the processes of a server end with it.
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
        with (directory / "log").open("wb") as output:
            return subprocess.Popen(
                self.command(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )


def _diod(share: Path) -> tuple[str, list[str]]:
    # The guest sees the path of the export.
    bind = f"mount -t tmpfs tmpfs /srv && mkdir {EXPORT}"
    bind += f" && mount --bind {shlex.quote(str(share))} {EXPORT}"
    serve = [host.find_program("diod"), "-f", "-n", "-c", "/dev/null", "-l", "0.0.0.0:564"]
    return bind, [*serve, "-L", "stderr", "-e", EXPORT]
