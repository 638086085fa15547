# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the early init with other ways to copy an initramfs, in time and memory: from a fresh
ramfs or tmpfs that contains the image to a new tmpfs, in memory that the machine has used before.
"""

from __future__ import annotations

import mmap
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import tree
from guest import host

HERE = Path(__file__).parent
INIT = "fstag-init"
STOPWATCH = "stopwatch"
BASE = "tar | tar"
# Gives the kernel time to free the memory of the last run.
PAUSE = 0.3
TOUCHED = 2 << 30
# Real-time priority: a nice value counts only within a session.
FIRST = ["chrt", "--rr", "1"]


@dataclass
class Result:
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Peer:
    label: str
    # Makes the arguments of stopwatch from the source and target directories.
    arguments: Callable[[Path, Path], list[object]]
    cmdline: str = ""
    cpus: str = ""
    # The result replaces the source.
    in_place: bool = False


def fstag(label: str, mode: str, prefix: str = "", cpus: str = "") -> Peer:
    return Peer(
        f"fstag {label}",
        lambda source, _: [f"{prefix}{source}", f"/{INIT}"],
        f"fstag.remount={mode} fstag.init=/{STOPWATCH}",
        cpus,
        True,
    )


def peers() -> list[Peer]:
    processors = sorted(os.sched_getaffinity(0))
    one = str(processors[0])
    two = ",".join(map(str, processors[:2]))
    pipe = 'tar -C "$0" -c . | tar -C "$1" -x'
    return [
        Peer(BASE, lambda source, target: ["-", "sh", "-c", pipe, source, target]),
        # What programs that switch to the copy do. fstag frees the old files, too.
        Peer(
            f"{BASE}, rm",
            lambda source, target: ["-", "sh", "-c", f'{pipe} && rm -rf "$0"/*', source, target],
        ),
        Peer("cp -a", lambda source, target: ["-", "cp", "-a", f"{source}/.", target]),
        Peer(
            "busybox cp -a",
            lambda source, target: [
                "-",
                host.find_program("busybox"),
                "cp",
                "-a",
                f"{source}/.",
                target,
            ],
        ),
        fstag("tmpfs, 1 thread", "tmpfs", cpus=one),
        fstag("tmpfs, 2 threads", "tmpfs", cpus=two),
        # As the service does, because other programs run.
        fstag("copy, 2 threads", "tmpfs", "+", two),
        fstag("bind", "bind"),
        # Only the start of an init.
        Peer("nothing", lambda source, _: [source, f"/{STOPWATCH}"], in_place=True),
    ]


@contextmanager
def mounted(fs: str, path: Path) -> Iterator[Path]:
    path.mkdir(exist_ok=True)
    size = ["-o", "size=4G"] if fs == "tmpfs" else []
    host.run(["mount", "-t", fs, *size, "bench", path])
    try:
        yield path
    finally:
        # fstag's new root is mounted over it.
        while os.path.ismount(path):
            host.run(["umount", "--recursive", "--lazy", path])


def touch_memory() -> None:
    """A hypervisor provides memory on first use, which can cost more than the copy."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
    mmap.mmap(-1, TOUCHED, flags=flags).close()


def count(directory: Path) -> int:
    return sum(len(directories) + len(files) for _, directories, files in os.walk(directory))


def run(peer: Peer, stopwatch: Path, image: Path, fs: str) -> tuple[float, float, float]:
    """Milliseconds of wall time and of processor time, and MiB by which the memory grew at most."""
    scratch = host.scratch_dir()
    with mounted(fs, scratch / "source") as source, mounted("tmpfs", scratch / "target") as target:
        host.run(["cp", "-a", f"{image}/.", source])
        time.sleep(PAUSE)
        touch_memory()
        command = [stopwatch, *peer.arguments(source, target)]
        if peer.cpus:
            command = ["taskset", "--cpu-list", peer.cpus, *command]
        command = [*FIRST, *command]
        environment = {
            "PATH": os.environ["PATH"],
            "SYSTEMD_LOG_LEVEL": "err",
            "SYSTEMD_PROC_CMDLINE": peer.cmdline,
        }
        done = subprocess.run(
            [str(word) for word in command], env=environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise host.GuestError(f"'{peer.label}' failed: {done.stderr.strip()}")
        # Counts through the path, which leads to the new root of fstag.
        if count(source if peer.in_place else target) != count(image):
            raise host.GuestError(f"'{peer.label}' lost files")
        ns, cpu_ns, before, peak = map(int, done.stdout.split())
    return ns / 1e6, cpu_ns / 1e6, (peak - before) / tree.MIB


def rows(results: dict[str, Result]) -> list[str]:
    base = statistics.median(results[BASE].ms)
    base_cpu = statistics.median(results[BASE].cpu_ms)
    lines = []
    for label, result in results.items():
        ms, cpu_ms = statistics.median(result.ms), statistics.median(result.cpu_ms)
        lines.append(
            f"{label:24}{ms:>10.2f}{min(result.ms):>10.2f}{ms / base:>8.3f}"
            f"{cpu_ms:>10.2f}{cpu_ms / base_cpu:>8.3f}{statistics.median(result.mib):>10.1f}"
        )
    return lines


def compile_stopwatch() -> Path:
    program = host.scratch_dir() / STOPWATCH
    host.run(["cc", "-O2", "-D_GNU_SOURCE", "-static", "-o", program, HERE / "stopwatch.c"])
    return program


def table(build: Path, runs: int) -> list[str]:
    stopwatch = compile_stopwatch()
    lines = [
        f"Moving the initramfs: medians of {runs} runs in turn, ratios to '{BASE}', in memory "
        "that was used before"
    ]
    for spec in tree.SPECS:
        with mounted("tmpfs", host.scratch_dir() / "image") as image:
            tree.make(image, spec)
            shutil.copy(build / "remount" / INIT, image / INIT)
            shutil.copy(stopwatch, image / STOPWATCH)
            for fs in ("ramfs", "tmpfs"):
                results: dict[str, Result] = {peer.label: Result() for peer in peers()}
                for _ in range(runs):
                    for peer in peers():
                        ms, cpu_ms, mib = run(peer, stopwatch, image, fs)
                        results[peer.label].ms.append(ms)
                        results[peer.label].cpu_ms.append(cpu_ms)
                        results[peer.label].mib.append(mib)
                lines += [
                    "",
                    f"{spec.name + ', ' + fs:24}{'ms':>10}{'least':>10}{'ratio':>8}"
                    f"{'CPU ms':>10}{'ratio':>8}{'peak MiB':>10}",
                    *rows(results),
                ]
    return lines
