# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs programs of a suite's tree in a container, for programs that start virtual machines."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import termios
from pathlib import Path

from guest import host
from guest.image import mount_over
from guest.suite import Tree

DEVICES = ("full", "kvm", "null", "random", "tty", "urandom", "zero")
LINKS = {"fd": "/proc/self/fd", "ptmx": "pts/ptmx", "stdin": "fd/0", "stdout": "fd/1"}
# In namespaces of its own. virtiofsd needs a root that pivot_root accepts, so chroot is not enough.
ENTER = """
mount -t proc proc proc && mount -t cgroup2 cgroup2 sys/fs/cgroup && pivot_root . mnt &&
umount --lazy /mnt && exec "$@"
"""
UNSHARE = ("unshare", "--mount", "--pid", "--cgroup", "--fork", "--kill-child")


class Terminal:
    """The host's end of the terminal of a container, with the methods of a socket."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def recv(self, size: int) -> bytes:
        return os.read(self._fd, size)

    def sendall(self, data: bytes) -> None:
        os.write(self._fd, data)


class Container:
    """What is started in it has a terminal as standard input and output, and as /dev/console."""

    def __init__(self, tree: Tree) -> None:
        self.root = mount_over(tree.path)
        self._groups = _make_group()
        self._process: subprocess.Popen | None = None

    def start(self, command: list[str]) -> Terminal:
        mine, its = pty.openpty()
        self._mount(os.ttyname(its))
        self._process = subprocess.Popen(
            [*UNSHARE, "sh", "-c", ENTER, "sh", *command],
            cwd=self.root,
            stdin=its,
            stdout=its,
            stderr=its,
            env={"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C.UTF-8", "container": "fstag"},
            preexec_fn=lambda: self._enter(its),
        )
        os.close(its)
        return Terminal(mine)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
        for path in sorted(self._groups.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
        self._groups.rmdir()

    def _enter(self, terminal: int) -> None:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        (self._groups / "cgroup.procs").write_text("0")

    def _mount(self, console: str) -> None:
        # A /dev of its own, because systemd changes the modes of devices.
        dev = self.root / "dev"
        for kind, where in (("sysfs", "sys"), ("tmpfs", "dev"), ("tmpfs", "run")):
            host.run(["mount", "-t", kind, kind, self.root / where])
        for name in ("pts", "shm"):
            (dev / name).mkdir()
        host.run(["mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666", "pts", dev / "pts"])
        for name, target in LINKS.items():
            (dev / name).symlink_to(target)
        for name in DEVICES:
            if Path("/dev", name).exists():
                _bind(f"/dev/{name}", dev / name)
        _bind(console, dev / "console")


def _bind(source: str, target: Path) -> None:
    target.touch()
    host.run(["mount", "--bind", source, target])


def _make_group() -> Path:
    """A control group below that of this process."""
    top = host.new_scratch("cgroup")
    host.run(["mount", "-t", "cgroup2", "cgroup2", top])
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    mine = next(line for line in lines if line.startswith("0::")).removeprefix("0::/")
    group = top / mine / f"fstag-{os.getpid()}-{top.name}"
    group.mkdir()
    return group
