# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine that runs a container from its initramfs, and the ways to get there: the image alone, a
move by fstag, or a copy with the usual tools."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import tree
from guest import host

WORKS = "container-works"
# The lines that mark the start, the end of the copy, and the start of the init.
MARKS = BEGINS, COPIED, ENDS = "way-begins", "way-copied", "way-ends"
FSTAG_INIT = "usr/lib/fstag/fstag-init"
# A ramfs, as the kernel also makes it with root=: limited only by the memory.
LINE = "rootfstype=ramfs rdinit=/begin"

BEGIN = f"""#!/bin/busybox sh
echo {BEGINS}
exec $WAY
"""
INIT = f"""#!/bin/busybox sh
echo {ENDS}
/bin/busybox mkdir -p /proc /sys /dev /run
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t cgroup2 cgroup /sys/fs/cgroup
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs run /run
/usr/bin/crun --cgroup-manager=disabled run $CRUN --bundle /bundle test >/dev/console 2>&1
/bin/busybox poweroff -f
"""
COPY = f"""#!/bin/busybox sh
/bin/busybox mkdir -p /new
/bin/busybox mount -t tmpfs -o size=100% new /new
cd /
NAMES=$(/bin/busybox ls -A / | /bin/busybox grep -v '^new$')
case $HOW in
tar) /usr/bin/tar -c $NAMES | /usr/bin/tar -x -C /new ;;
busybox-tar) /bin/busybox tar -c -f - $NAMES | /bin/busybox tar -x -f - -C /new ;;
busybox-cp) /bin/busybox cp -a $NAMES /new ;;
esac
echo {COPIED}
exec /bin/busybox switch_root /new /init
"""


@dataclass(frozen=True)
class Way:
    label: str
    line: str


ALONE = Way("image alone (--no-pivot)", f"{LINE} WAY=/init CRUN=--no-pivot")
DEFAULT = Way("fstag (default)", f"{LINE} WAY=/{FSTAG_INIT}")
TMPFS = Way("fstag tmpfs", f"{LINE} WAY=/{FSTAG_INIT} fstag.remount=tmpfs")
BIND = Way("fstag bind", f"{LINE} WAY=/{FSTAG_INIT} fstag.remount=bind")
TAR = Way("tar | tar", f"{LINE} WAY=/copy HOW=tar")
BUSYBOX_TAR = Way("busybox tar | tar", f"{LINE} WAY=/copy HOW=busybox-tar")
BUSYBOX_CP = Way("busybox cp -a", f"{LINE} WAY=/copy HOW=busybox-cp")


def add_program(image: Path, guest: Path, program: str) -> None:
    """Adds the program, and the libraries that the guest's own loader lists."""
    listed = host.run(["chroot", guest, "/usr/bin/ldd", program])
    paths = [word for word in listed.split() if word.startswith("/")]
    for path in [program, *paths]:
        target = image / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        # Libraries are symbolic links, which only the guest can resolve.
        source = host.run(["chroot", guest, "realpath", path]).strip()
        shutil.copy(guest / source.lstrip("/"), target)


def add_bundle(image: Path) -> None:
    root = image / "bundle/rootfs"
    for name in ("bin", "proc", "dev", "sys"):
        (root / name).mkdir(parents=True)
    shutil.copy(image / "bin/busybox", root / "bin/busybox")
    config = {
        "ociVersion": "1.0.0",
        "root": {"path": "rootfs"},
        "process": {
            "cwd": "/",
            "args": ["/bin/busybox", "echo", WORKS],
            "user": {"uid": 0, "gid": 0},
            "env": ["PATH=/bin"],
        },
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
        "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]},
    }
    (image / "bundle/config.json").write_text(json.dumps(config))


def pack(guest: Path, fstag: Path, spec: tree.Spec) -> Path:
    """The initramfs, with the guest's files for containers, and the files that spec lists."""
    image = host.new_scratch("image")
    (image / "bin").mkdir()
    shutil.copy(guest / "bin/busybox", image / "bin/busybox")
    for program in ("/usr/bin/crun", "/usr/bin/tar"):
        add_program(image, guest, program)
    (image / FSTAG_INIT).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(fstag / FSTAG_INIT, image / FSTAG_INIT)
    add_bundle(image)
    (image / "files").mkdir()
    tree.make(image / "files", spec, packs=True)
    for name, text in (("begin", BEGIN), ("init", INIT), ("copy", COPY)):
        (image / name).write_text(text)
        (image / name).chmod(stat.S_IRWXU)
    packed = host.new_scratch("initramfs") / "initramfs"
    with packed.open("wb") as output:
        subprocess.run(
            "find . | cpio --quiet -o -H newc | gzip -1",
            cwd=image,
            shell=True,
            stdout=output,
            check=True,
        )
    shutil.rmtree(image)
    return packed
