# SPDX-License-Identifier: LGPL-2.1-or-later
"""systemd's own checks of the units and udev rules that fstag installs.

They run in the tree of a suite with fstag installed over it, so that every program, target and unit
that the units of fstag name exists. udevadm has the verb "verify" since systemd 254.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import host, image
from .suite import Tree

ADMINS = "etc/systemd/system"
# Units that fstag has drop-ins for, of packages that the tree does not have.
ABSENT = {"containerd.service", "docker.service", "podman.service"}
STUB = "[Service]\nExecStart=/bin/true\n"
# An instance that stands for its template. An unescaped colon would begin an alias.
INSTANCES = {"fstag-wait@.service": r"fstag-wait@virtiofs\x3amyfs.service"}


def make_root(tree: Tree, fstag: Path) -> Path:
    """Returns a view of the tree with fstag; the caller must be in a separate mount namespace."""
    root = image.mount_over(tree.path)
    image.install_into(root, fstag)
    # Both programs open files through /proc/self/fd.
    host.run(["mount", "-t", "proc", "proc", root / "proc"])
    return root


def units(root: Path, fstag: Path) -> list[str]:
    """The output of systemd-analyze about the units of fstag and those that its drop-ins change."""
    names = {path.name for path in fstag.glob("**/systemd/system/*.service")}
    names |= {path.parent.name.removesuffix(".d") for path in fstag.glob("**/*.service.d/*.conf")}
    # systemd does not read these directories unless they are copied or linked.
    for directory in fstag.glob("**/drop-ins/*.service.d"):
        shutil.copytree(directory, root / ADMINS / directory.name)
    for name in names & ABSENT:
        (root / ADMINS / name).write_text(STUB)
    return analyze(root, sorted(INSTANCES.get(name, name) for name in names))


def rules(root: Path, fstag: Path) -> list[str]:
    """The output of udevadm about the rules of fstag."""
    paths = [f"/{path.relative_to(fstag)}" for path in fstag.glob("**/rules.d/*.rules")]
    return _run(["chroot", root, "udevadm", "verify", "--no-summary", *paths])


def analyze(root: Path, names: list[str], unit_path: str = "") -> list[str]:
    """Loads the units; without a unit path, from the directories that PID 1 uses."""
    environment = {"PATH": "/usr/sbin:/usr/bin"}
    if unit_path:
        environment["SYSTEMD_UNIT_PATH"] = unit_path
    return _run(["chroot", root, "systemd-analyze", "verify", "--man=no", *names], environment)


def _run(command: list[str | Path], environment: dict[str, str] | None = None) -> list[str]:
    """The lines that the command prints, without duplicates; none if it finds nothing wrong."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    lines = list(dict.fromkeys((done.stdout + done.stderr).splitlines()))
    return lines or ([f"exit status {done.returncode}"] if done.returncode else [])
