# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes roots to move, in a private mount namespace, and runs fstag-init in them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

INIT = "fstag-init"
PROBE = "probe"
SERVICE = "fstag-remount"
MS_REMOUNT, MS_NOATIME, MS_BIND = 32, 1024, 4096
MNT_DETACH = 2
libc = ctypes.CDLL(None, use_errno=True)
ISOLATED = "FSTAG_TEST_ISOLATED"


def isolate() -> None:
    """Starts this program again in a mount namespace, so that no mount is left behind."""
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        sys.exit(77)
    if ISOLATED not in os.environ:
        os.environ[ISOLATED] = "1"
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
        os.execvp(command[0], command)


@dataclass
class Result:
    code: int
    output: str  # the probe's
    errors: str

    def values(self, key: str) -> list[str]:
        lines = [line.partition(" ") for line in self.output.splitlines()]
        return [value for name, _, value in lines if name == key]


@dataclass
class Programs:
    init: Path
    probe: Path
    fault: Path
    service: Path


@contextlib.contextmanager
def mounted(fs: str) -> Iterator[Path]:
    """Mounts a new file system; at the end, unmounts it with everything that is mounted over it."""
    path = Path(tempfile.mkdtemp(prefix="fstag-test-"))
    mount(b"image", path, fs.encode(), MS_NOATIME, b"mode=0755")
    try:
        yield path
    finally:
        while libc.umount2(bytes(path), MNT_DETACH) == 0:
            pass
        path.rmdir()


@contextlib.contextmanager
def refusing(fs: str) -> Iterator[Path]:
    """Like mounted(), but pivot_root(2) refuses it like an initramfs: its parent is shared."""
    with mounted("tmpfs") as parent:
        run("mount", "--make-shared", parent)
        root = parent / "root"
        root.mkdir()
        mount(b"image", root, fs.encode(), MS_NOATIME, b"mode=0755")
        run("mount", "--make-private", root)
        yield root


def add_log(root: Path) -> None:
    """Adds a kernel log for fstag-init to write to and read_log() to read."""
    (root / "dev").mkdir(exist_ok=True)
    mount(b"log", root / "dev", b"tmpfs", 0, None)
    (root / "dev/kmsg").touch()


def read_log(root: Path) -> list[str]:
    """The messages, each after its level, as in "6 text"."""
    lines = (root / "dev/kmsg").read_text().splitlines()
    return [
        re.sub(r"^<(\d+)>[^:]*: ", lambda found: f"{int(found[1]) & 7} ", line) for line in lines
    ]


def mount(
    what: bytes | None, where: Path, fs: bytes | None, flags: int, options: bytes | None
) -> None:
    # Not through mount(8), because there are thousands of mounts.
    if libc.mount(what, bytes(where), fs, flags, options) < 0:
        raise OSError(ctypes.get_errno(), f"cannot mount on '{where}'")


def run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True)


def install(programs: Programs, root: Path) -> None:
    shutil.copy(programs.init, root / INIT)
    shutil.copy(programs.probe, root / PROBE)


def install_service(programs: Programs, root: Path) -> None:
    """Installs fstag-remount with its libraries, and the file that makes the root an initrd."""
    listed = subprocess.run(["ldd", programs.service], capture_output=True, text=True, check=True)
    for library in (word for word in listed.stdout.split() if word.startswith("/")):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    shutil.copy(programs.service, root / SERVICE)
    (root / "etc/initrd-release").write_text("ID=test\n")


def start_service(root: Path, **environment: str) -> subprocess.Popen:
    """Starts fstag-remount in a mount namespace that ends with it, as with a machine."""
    command = ["unshare", "--mount", "--propagation", "private", "chroot", str(root), f"/{SERVICE}"]
    return subprocess.Popen(
        command,
        env={
            "SYSTEMD_PROC_CMDLINE": "fstag.remount=tmpfs",
            "PATH": os.environ["PATH"],
            **environment,
        },
        stderr=subprocess.PIPE,
    )


def start_probe(programs: Programs, root: Path, cmdline: str, *arguments: str, **options) -> Result:
    """Runs fstag-init with the probe as the real init."""
    return start(programs, root, f"fstag.init=/{PROBE} {cmdline}", *arguments, **options)


def start(
    programs: Programs,
    root: Path,
    cmdline: str,
    *arguments: str,
    fault: tuple[int, int] = (0, 0),
    cpus: set[int] | None = None,
    path: str = f"/{INIT}",
    mode: str = "fstag.remount=tmpfs",
    environment: dict[str, str] | None = None,
    stdout: int | IO = subprocess.PIPE,
) -> Result:
    """Runs fstag-init as PID 1 in the root. It logs to the kernel of this host, or to the log of
    the root if there is one. `mode` precedes the command line, which may override it."""
    command = [str(programs.fault), *map(str, fault), str(root), path, *arguments]
    words = {
        "SYSTEMD_PROC_CMDLINE": f"{mode} {cmdline}",
        "KERNEL_WORD": "a b",
        **(environment or {}),
    }
    done = subprocess.run(
        command,
        env=words,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        timeout=60,
        preexec_fn=lambda: cpus and os.sched_setaffinity(0, cpus),
    )
    return Result(done.returncode, done.stdout, done.stderr)


def source(root: Path) -> str:
    """The "<type> <source>" in mountinfo of the topmost mount on the directory."""
    found = "nothing"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if before.split()[4] == str(root):
            found = " ".join(after.split()[:2])
    return found


def mounts_on(root: Path) -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in lines if line.split()[4] == str(root)]


def keep_atimes(root: Path) -> None:
    """Sets noatime, so that reading a root that has moved does not change it."""
    mount(None, root, None, MS_REMOUNT | MS_BIND | MS_NOATIME, None)
