# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shares that the cases name, made on demand in scratch space.

They are small enough to be made for each machine, so that no case sees what another one changes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from guest import host, image, share
from guest.suite import Tree

GUEST_FILES = Path(__file__).with_name("guest")
HOSTONLY = "fstag-hostonly.service"
DIRECTORIES = ("dev", "etc", "proc", "run", "sbin", "sys", "tmp", "usr")
OS_RELEASE = "ID=fstag-test\nNAME=Tiny\nPRETTY_NAME=Tiny\n"


class Shares:
    """Makes shares; `fstag` is the directory with the installed files."""

    def __init__(self, init: Path, tree: Tree, fstag: Path) -> None:
        self._init = init
        self._tree = tree
        self._fstag = fstag

    def make(self, name: str) -> Path:
        return getattr(self, "_make_" + name.replace("-", "_"))()

    def _make_tiny(self) -> Path:
        root = host.new_scratch("share")
        for directory in DIRECTORIES:
            (root / directory).mkdir()
        (root / "etc/os-release").write_text(OS_RELEASE)
        shutil.copy(self._init, root / "sbin/init")
        return root

    def _make_tiny_with_usr_in_fstab(self) -> Path:
        root = self._make_tiny()
        (root / "etc/fstab").write_text("usrfs /usr virtiofs ro 0 0\n")
        return root

    def _make_usr(self) -> Path:
        root = host.new_scratch("share")
        (root / "lib").mkdir()
        (root / "lib/os-release").write_text(OS_RELEASE)
        return root

    def _make_no_system(self) -> Path:
        root = host.new_scratch("share")
        (root / "README").write_text("Nothing to boot here.\n")
        return root

    def _make_debian(self) -> Path:
        return share.whole_system(self._tree)

    def _make_read_only_debian(self) -> Path:
        root = self._make_debian()
        host.run(["mount", "-o", "remount,bind,ro", root])
        return root

    def _make_debian_and_fstag(self) -> Path:
        root = self._make_debian()
        image.install_into(root, self._fstag)
        return root

    def _make_debian_with_fstag(self) -> Path:
        """A system that makes its own initrd."""
        root = self._make_debian_and_fstag()
        shutil.copy(GUEST_FILES / "fstag-hostonly", root / "usr/lib")
        units = root / share.UNITS
        shutil.copy(GUEST_FILES / HOSTONLY, units)
        (units / "multi-user.target.wants" / HOSTONLY).symlink_to(f"../{HOSTONLY}")
        return root
