# SPDX-License-Identifier: LGPL-2.1-or-later
"""systemd's own checks of the units and udev rules that fstag installs.

They run in a suite's tree with fstag installed over it, so that every program, target and unit that
ours name exists. udevadm can verify since systemd 254.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import host, image
from .suite import Tree

ADMINS = "etc/systemd/system"
# Units of packages that the trees do not have; fstag has drop-ins for them.
ABSENT = {"containerd.service", "docker.service", "podman.service"}
STUB = "[Service]\nExecStart=/bin/true\n"
# Stands for any instance of a template; an unescaped colon would begin an alias.
INSTANCES = {"fstag-wait@.service": r"fstag-wait@virtiofs\x3amyfs.service"}


def make_root(tree: Tree, fstag: Path) -> Path:
    """A view of the tree with fstag in it; the caller is in a separate mount namespace."""
    root = image.mount_over(tree.path)
    image.install_into(root, fstag)
    # Both programs open files through /proc/self/fd.
    host.run(["mount", "-t", "proc", "proc", root / "proc"])
    return root


def units(root: Path, fstag: Path) -> list[str]:
    """The output of systemd-analyze about fstag's units, and those that its drop-ins change."""
    names = {path.name for path in fstag.glob("**/systemd/system/*.service")}
    names |= {path.parent.name.removesuffix(".d") for path in fstag.glob("**/*.service.d/*.conf")}
    # In directories that systemd does not read unless they are copied or linked.
    for directory in fstag.glob("**/drop-ins/*.service.d"):
        shutil.copytree(directory, root / ADMINS / directory.name)
    for name in names & ABSENT:
        (root / ADMINS / name).write_text(STUB)
    return analyze(root, sorted(INSTANCES.get(name, name) for name in names))


def rules(root: Path, fstag: Path) -> list[str]:
    """The output of udevadm about fstag's rules."""
    paths = [f"/{path.relative_to(fstag)}" for path in fstag.glob("**/rules.d/*.rules")]
    return _run(["chroot", root, "udevadm", "verify", "--no-summary", *paths])


def analyze(root: Path, names: list[str], unit_path: str = "") -> list[str]:
    """Loads the units; the unit path is that of PID 1 if none is given."""
    environment = {"PATH": "/usr/sbin:/usr/bin"}
    if unit_path:
        environment["SYSTEMD_UNIT_PATH"] = unit_path
    return _run(["chroot", root, "systemd-analyze", "verify", "--man=no", *names], environment)


def _run(command: list[str | Path], environment: dict[str, str] | None = None) -> list[str]:
    """The lines that it prints, without duplicates; none if it is content."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    lines = list(dict.fromkeys((done.stdout + done.stderr).splitlines()))
    return lines or ([f"exit status {done.returncode}"] if done.returncode else [])
