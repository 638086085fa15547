# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shares that the cases name, made on demand in scratch space.

They are small enough to be made for each machine, so that no case sees what another one changes.
"""

from __future__ import annotations

import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from guest import host, image, share
from guest.suite import Tree

GUEST_FILES = Path(__file__).with_name("guest")
HOSTONLY = "fstag-hostonly.service"
DIRECTORIES = ("dev", "etc", "proc", "run", "sbin", "sys", "tmp", "usr")
OS_RELEASE = "ID=fstag-test\nNAME=Tiny\nPRETTY_NAME=Tiny\n"


# As the kernel stores them; see linux/capability.h and linux/posix_acl_xattr.h.
NET_BIND_SERVICE = struct.pack("<5I", 0x02000001, 1 << 10, 0, 0, 0)
ACL_ENTRIES = (  # tag, permissions, user
    (0x01, 6, 0xFFFFFFFF),  # the owner
    (0x02, 4, 1001),
    (0x04, 0, 0xFFFFFFFF),  # the group
    (0x10, 4, 0xFFFFFFFF),  # the mask
    (0x20, 0, 0xFFFFFFFF),  # others
)
ACL = struct.pack("<I", 2) + b"".join(struct.pack("<2HI", *entry) for entry in ACL_ENTRIES)
# How many mounts are below one another, in each of the three directories with submounts.
SUBMOUNTS_DEPTH = 8


@dataclass
class Programs:
    """The compiled programs of guest/."""

    init: Path
    uevents: Path
    attach_ubi: Path
    submounts: Path
    attributes: Path
    load_kernel: Path


class Shares:
    """Makes shares; `fstag` is the directory with the installed files."""

    def __init__(self, programs: Programs, tree: Tree, fstag: Path) -> None:
        self._programs = programs
        self._tree = tree
        self._fstag = fstag

    def make(self, name: str) -> Path:
        return getattr(self, "_make_" + name.replace("-", "_"))()

    def _make_tiny(self) -> Path:
        root = host.new_scratch("share")
        for directory in DIRECTORIES:
            (root / directory).mkdir()
        (root / "etc/os-release").write_text(OS_RELEASE)
        shutil.copy(self._programs.init, root / "sbin/init")
        return root

    def _make_tiny_with_usr_in_fstab(self) -> Path:
        root = self._make_tiny()
        (root / "etc/fstab").write_text("usrfs /usr virtiofs ro 0 0\n")
        return root

    def _make_tiny_read_only(self) -> Path:
        view = host.new_scratch("read-only") / "share"
        view.mkdir()
        host.run(["mount", "--bind", self._make_tiny(), view])
        host.run(["mount", "-o", "remount,bind,ro", view])
        return view

    def _make_submounts(self) -> Path:
        """A system with 24 nested mounts. The inodes of all tmpfs have the same numbers, and eight
        mounts are of one directory, so that only the mount tells them apart."""
        root = self._make_tiny()
        shutil.copy(self._programs.submounts, root / "sbin/check")
        repeated = host.new_scratch("repeated")
        (repeated / "file").touch()
        (repeated / "inner").mkdir()
        for name in ("data", "more"):
            where = root / name
            for _ in range(SUBMOUNTS_DEPTH):
                where.mkdir()
                host.run(["mount", "-t", "tmpfs", "submount", where])
                (where / "file").touch()
                where = where / "inner"
        where = root / "repeated"
        where.mkdir()
        for _ in range(SUBMOUNTS_DEPTH):
            host.run(["mount", "--bind", repeated, where])
            where = where / "inner"
        return root

    def _make_attributes(self) -> Path:
        """A system that belongs to a user, with extended attributes."""
        root = self._make_tiny()
        (root / "mnt").mkdir()
        shutil.copy(self._programs.attributes, root / "sbin/check")
        shutil.copy(self._programs.attributes, root / "capable")
        os.setxattr(root / "capable", "security.capability", NET_BIND_SERVICE)
        (root / "private").touch(0o600)
        os.setxattr(root / "private", "system.posix_acl_access", ACL)
        os.setxattr(root / "private", "security.fstag", b"from-the-host")
        os.chown(root, 1000, 1000)
        return root

    def _make_usr(self) -> Path:
        root = host.new_scratch("share")
        (root / "lib").mkdir()
        (root / "lib/os-release").write_text(OS_RELEASE)
        return root

    def _make_changes(self) -> Path:
        """For the changes in an overlay."""
        root = host.new_scratch("share")
        for name in ("upper", "work"):
            (root / name).mkdir()
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

    def _make_debian_submounts(self) -> Path:
        """A system with three file systems below it."""
        root = self._make_debian()
        shutil.copy(GUEST_FILES / "fstag-find", root / "usr/lib")
        drop_ins = root / share.UNITS / "fstag-report.service.d"
        drop_ins.mkdir(parents=True, exist_ok=True)
        (drop_ins / "find.conf").write_text("[Service]\nExecStartPre=/usr/lib/fstag-find\n")
        host.run(["mount", "--bind", root / "usr", root / "usr"])
        for name in ("home", "data"):
            (root / name).mkdir(exist_ok=True)
            host.run(["mount", "-t", "tmpfs", name, root / name])
        (root / "data/inner").mkdir()
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
