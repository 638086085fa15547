# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers of file systems on the network, for a guest that reaches them through QEMU.

They run in a network namespace with only a loopback interface, together with QEMU, whose user
network shows that interface to the guest as 10.0.2.2. Machines that run at the same time have a
namespace each, so that their servers can use the same ports.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from . import host

# What the servers export, by its name in the guest.
EXPORTS = {"9p-tcp": "/srv/guest", "nfs": "/export", "cifs": "export"}
CIFS_USER, CIFS_PASSWORD = "root", "not secret"

# With version 4.2, Linux fails to execute a program from such an export, with EIO.
GANESHA = """
NFS_CORE_PARAM {{ Protocols = 4; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; }}
NFSV4 {{
    Graceless = true;
    Minor_Versions = 0, 1;
    RecoveryRoot = "{state}";
    Only_Numeric_Owners = true;
}}
EXPORT {{
    Export_Id = 1;
    Path = "{share}";
    Pseudo = "{export}";
    Access_Type = RW;
    Squash = No_Root_Squash;
    SecType = sys;
    Transports = TCP;
    Protocols = 4;
    FSAL {{ Name = VFS; }}
}}
"""
SAMBA = """
[global]
    server role = standalone server
    disable netbios = yes
    smb ports = 445
    load printers = no
    disable spoolss = yes
    private dir = {state}
    lock directory = {state}
    state directory = {state}
    cache directory = {state}
    pid directory = {state}
    ncalrpc dir = {state}/rpc
    log file = {state}/log
[{export}]
    path = {share}
    read only = no
"""


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

    def start_server(self, fs: str, share: Path, directory: Path) -> subprocess.Popen:
        """Starts a server of that type; `directory` is for its files and its log."""
        prepare, serve = {"9p-tcp": _diod, "nfs": _ganesha, "cifs": _samba}[fs](share, directory)
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


def _diod(share: Path, _directory: Path) -> tuple[str, list[str]]:
    # The guest sees the path of the export.
    export = EXPORTS["9p-tcp"]
    bind = f"mount -t tmpfs tmpfs /srv && mkdir {export}"
    bind += f" && mount --bind {shlex.quote(str(share))} {export}"
    serve = [host.find_program("diod"), "-f", "-n", "-c", "/dev/null", "-l", "0.0.0.0:564"]
    return bind, [*serve, "-L", "stderr", "-e", export]


def _ganesha(share: Path, directory: Path) -> tuple[str, list[str]]:
    configuration = directory / "ganesha.conf"
    configuration.write_text(GANESHA.format(share=share, export=EXPORTS["nfs"], state=directory))
    serve = [host.find_program("ganesha.nfsd"), "-F", "-L", "STDERR", "-f", str(configuration)]
    return "true", [*serve, "-p", str(directory / "pid")]


def _samba(share: Path, directory: Path) -> tuple[str, list[str]]:
    configuration = directory / "smb.conf"
    configuration.write_text(SAMBA.format(share=share, export=EXPORTS["cifs"], state=directory))
    password = shlex.quote(f"{CIFS_PASSWORD}\n{CIFS_PASSWORD}\n")
    add = [host.find_program("smbpasswd"), "-c", str(configuration), "-s", "-a", CIFS_USER]
    serve = [host.find_program("smbd"), "--foreground", "--no-process-group", "--debug-stdout"]
    return f"printf %s {password} | {shlex.join(add)}", [*serve, "-s", str(configuration)]
