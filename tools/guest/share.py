# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shares that contain a complete small Debian."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .image import mount_over
from .suite import Tree

FILES = Path(__file__).parent / "system"
# Not in /etc, so that the units also exist where systemd.volatile=yes hides it.
UNITS = "usr/lib/systemd/system"


def whole_system(tree: Tree, login: bool = False) -> Path:
    """Returns a view of the tree as a system that reports, then powers off or offers a login."""
    root = mount_over(tree.path)
    _copy("fstag-report", root / "usr/lib/fstag-report")
    _copy("fstag-report.service", root / UNITS / "fstag-report.service")
    _link(root / UNITS / "multi-user.target.wants/fstag-report.service", "../fstag-report.service")
    getty = root / UNITS / "serial-getty@ttyS0.service"
    if login:
        _copy("autologin.conf", getty.with_name(f"{getty.name}.d") / "autologin.conf")
    else:
        # When a getty starts, it resets the terminal and discards what is being printed.
        _link(getty, "/dev/null")
        _copy("poweroff.conf", root / UNITS / "fstag-report.service.d/poweroff.conf")
    # Otherwise systemd takes this for the first boot and runs units that only a first boot needs.
    (root / "etc/machine-id").write_text(os.urandom(16).hex() + "\n")
    (root / "etc/hostname").write_text("fstag\n")
    # If these are older than /usr, systemd rebuilds the caches of the linker, udev and the journal.
    for name in ("etc/.updated", "var/.updated"):
        (root / name).touch()
    return root


def _copy(name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILES / name, target)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
