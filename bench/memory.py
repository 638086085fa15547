# SPDX-License-Identifier: LGPL-2.1-or-later
"""The smallest memory with which a machine whose system is a 400 MB initramfs gets to a container:
the image alone, moved by fstag, and copied as people do. By halving, in steps of 32 MiB."""

from __future__ import annotations

import json
import random
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from guest import host, suite
from guest.machine import Machine

MIB = 1 << 20
STEP = 32
LEAST, MOST = 448, 1472
LIMIT = 180
WORKS = "container-works"
FILES, BYTES = 13000, 400 * MIB
FOUR_VALUES = bytes(value % 4 for value in range(256))
# A ramfs, as the kernel makes it with root=, too: no limit but the memory.
LINE = "rootfstype=ramfs"
EARLY = f"{LINE} rdinit=/usr/lib/fstag/fstag-init fstag.remount="

INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /run
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t cgroup2 cgroup /sys/fs/cgroup
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs run /run
/usr/bin/crun --cgroup-manager=disabled run $CRUN --bundle /bundle test >/dev/console 2>&1
/bin/busybox poweroff -f
"""
COPY = """#!/bin/busybox sh
/bin/busybox mkdir -p /new
/bin/busybox mount -t tmpfs -o size=100% new /new
cd /
/bin/busybox tar -c -f - $(/bin/busybox ls -A / | /bin/busybox grep -v '^new$') |
	/bin/busybox tar -x -f - -C /new
exec /bin/busybox switch_root /new /init
"""


@dataclass(frozen=True)
class Way:
    label: str
    line: str


WAYS = (Way("image alone (--no-pivot)", f"{LINE} CRUN=--no-pivot"),
        Way("fstag tmpfs", EARLY + "tmpfs"),
        Way("fstag bind", EARLY + "bind"),
        Way("tar | tar", f"{LINE} rdinit=/copy"))


def add_program(image: Path, tree: Path, program: str) -> None:
    """With the libraries that the tree's own loader lists."""
    listed = host.run(["chroot", tree, "/usr/bin/ldd", program])
    paths = [word for word in listed.split() if word.startswith("/")]
    for path in [program, *paths]:
        target = image / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        # What the path leads to in the tree: libraries are links.
        source = host.run(["chroot", tree, "realpath", path]).strip()
        shutil.copy(tree / source.lstrip("/"), target)


def add_bundle(image: Path) -> None:
    root = image / "bundle/rootfs"
    for name in ("bin", "proc", "dev", "sys"):
        (root / name).mkdir(parents=True)
    shutil.copy(image / "bin/busybox", root / "bin/busybox")
    config = {
        "ociVersion": "1.0.0",
        "root": {"path": "rootfs"},
        "process": {"cwd": "/", "args": ["/bin/busybox", "echo", WORKS], "user": {"uid": 0, "gid": 0},
                    "env": ["PATH=/bin"]},
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]},
    }
    (image / "bundle/config.json").write_text(json.dumps(config))


def add_files(image: Path) -> None:
    """Of a kind that compresses to a quarter, as programs do."""
    noise = random.Random(1)
    for number in range(FILES // 100):
        folder = image / f"usr/share/folder{number}"
        folder.mkdir(parents=True)
        for name in range(100):
            size = int(BYTES / FILES * noise.choice((0.1, 0.1, 0.1, 0.2, 0.5, 1, 1, 2, 5)) / 1.11)
            (folder / f"file{name}").write_bytes(noise.randbytes(size).translate(FOUR_VALUES))


def make_image(tree: suite.Tree, containers: suite.Tree, fstag: Path) -> Path:
    image = host.new_scratch("image")
    (image / "bin").mkdir()
    shutil.copy(containers.path / "bin/busybox", image / "bin/busybox")
    add_program(image, containers.path, "/usr/bin/crun")
    early = image / "usr/lib/fstag/fstag-init"
    early.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(fstag / "usr/lib/fstag/fstag-init", early)
    add_bundle(image)
    add_files(image)
    for name, text in (("init", INIT), ("copy", COPY)):
        (image / name).write_text(text)
        (image / name).chmod(stat.S_IRWXU)
    packed = host.new_scratch("initramfs") / "initramfs"
    with packed.open("wb") as output:
        subprocess.run("find . | cpio --quiet -o -H newc | gzip -1", cwd=image, shell=True,
                       stdout=output, check=True)
    shutil.rmtree(image)
    return packed


def works(kernel: Path, initramfs: Path, way: Way, memory: int) -> bool:
    log = host.new_scratch("log") / "console"
    with Machine(kernel, initramfs, way.line, [], log, f"{memory}M") as machine:
        return machine.console.wait_for(f"^{WORKS}", LIMIT) is not None


def smallest(kernel: Path, initramfs: Path, way: Way) -> int | None:
    least, most = LEAST // STEP, MOST // STEP
    if not works(kernel, initramfs, way, MOST):
        return None
    while least < most:
        middle = (least + most) // 2
        if works(kernel, initramfs, way, middle * STEP):
            most = middle
        else:
            least = middle + 1
    return most * STEP


def table(fstag: Path, name: str) -> list[str]:
    tree = suite.get_tree(name)
    containers = suite.get_tree(name, suite.CONTAINERS)
    initramfs = make_image(tree, containers, fstag)
    rows = [f"Smallest memory from a {BYTES // MIB} MB initramfs in {FILES:,} files "
            f"({initramfs.stat().st_size // MIB} MB packed) to a container, {name}", ""]
    for way in WAYS:
        found = smallest(tree.kernel, initramfs, way)
        rows.append(f"{way.label:28}{f'{found} MiB' if found else 'fails':>10}")
        print(f"# {rows[-1]}", flush=True)
    return rows
