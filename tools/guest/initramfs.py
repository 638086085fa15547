# SPDX-License-Identifier: LGPL-2.1-or-later
"""A complete Debian as an initramfs, with systemd as its init and no switch to another root.

It consists of two archives: the tree, which is large and kept in the cache, and the kernel modules
with fstag, which are small and packed each time.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
from pathlib import Path

from . import host
from .cpio import Overlay
from .suite import Tree

# What only dpkg and apt need, which made the tree.
PRUNED = (
    "./boot",
    "./etc/apt",
    "./usr/bin/*perl*",
    "./usr/bin/apt*",
    "./usr/bin/dpkg*",
    "./usr/lib/apt",
    "./usr/lib/dpkg",
    "./usr/lib/*/libapt-*",
    "./usr/lib/*/perl-base",
    "./usr/share/perl*",
    "./var/cache",
    "./var/lib/apt",
    "./var/lib/dpkg",
)
# For a disk that is plugged in, with the file system of most memory sticks, and a driver that reads
# firmware but needs no hardware.
MODULES = ("cfg80211", "nls_ascii", "nls_cp437", "overlay", "vfat", "virtio_blk", "virtio_pci")
# podman refuses an overlayfs on a tmpfs. A storage.conf that sets this for root would also have to
# name directories, and podman 5.8 would use them for every user.
STORAGE = """[Manager]
DefaultEnvironment=STORAGE_DRIVER=vfs
"""


def get_initramfs(kernel: Tree, system: Tree, fstag: Path) -> Path:
    """`kernel` is the tree that contains the modules; the caller owns the result."""
    overlay = Overlay()
    _add_modules(overlay, kernel)
    _add_directory(overlay, fstag)
    _add_settings(overlay)
    path = host.new_scratch("initramfs") / "initramfs"
    path.write_bytes(_get_archive(system).read_bytes() + overlay.archive())
    return path


def _get_archive(tree: Tree) -> Path:
    recipe = hashlib.sha256(repr((tree.identity, PRUNED)).encode()).hexdigest()[:12]
    # The name of the tree without its digest.
    kind = tree.path.name.rpartition("-")[0]
    archive = host.cache_dir() / f"archive-{kind}-{recipe}"
    with host.cache_lock():
        if not archive.exists():
            for old in archive.parent.glob(f"archive-{kind}-*"):
                old.unlink()
            unfinished = archive.with_name(f"new-{archive.name}")
            _pack(tree.path, unfinished)
            unfinished.rename(archive)
    return archive


def _pack(directory: Path, archive: Path) -> None:
    pruned = [word for path in PRUNED for word in ("-o", "-path", path)][1:]
    find = subprocess.Popen(
        ["find", ".", "-xdev", "(", *pruned, ")", "-prune", "-o", "-print0"],
        cwd=directory,
        stdout=subprocess.PIPE,
    )
    # Not compressed: with emulation, decompression takes longer than reading a larger file.
    with archive.open("wb") as output:
        pack = subprocess.run(
            [host.find_program("cpio"), "--quiet", "--null", "--create", "--format=newc"],
            cwd=directory,
            stdin=find.stdout,
            stdout=output,
        )
    if find.wait() != 0 or pack.returncode != 0:
        raise host.GuestError(f"cannot pack '{directory}'")


def _add_modules(overlay: Overlay, tree: Tree) -> None:
    directory = tree.path / "usr/lib/modules" / tree.kernel_release
    chosen = _with_dependencies(directory, MODULES)
    # These tables list all modules: a module that is missing from them counts as not built.
    tables = [path.relative_to(directory) for path in directory.glob("modules.*")]
    for name in [*chosen, *tables]:
        path = f"/usr/lib/modules/{tree.kernel_release}/{name}"
        overlay.file(path, (directory / name).read_bytes())


def _with_dependencies(directory: Path, names: tuple[str, ...]) -> list[str]:
    """The files of the modules and their dependencies; a built-in module has none."""
    dependencies = {}
    for line in (directory / "modules.dep").read_text().splitlines():
        path, _, needed = line.partition(":")
        dependencies[path] = needed.split()
    chosen = [path for path in dependencies if Path(path).name.partition(".")[0] in names]
    return sorted({needed for path in chosen for needed in (path, *dependencies[path])})


def _add_directory(overlay: Overlay, directory: Path) -> None:
    for path in sorted(directory.rglob("*")):
        # On Debian 12, fstag is installed to /lib, which is a symbolic link in the tree.
        name = re.sub(r"^/lib/", "/usr/lib/", f"/{path.relative_to(directory)}")
        if path.is_symlink():
            overlay.link(name, os.readlink(path))
        elif path.is_file():
            overlay.file(name, path.read_bytes(), stat.S_IMODE(path.stat().st_mode))


def _add_settings(overlay: Overlay) -> None:
    overlay.link("/init", "usr/lib/systemd/systemd")
    # Otherwise systemd takes this for the first boot and runs units that only a first boot needs.
    overlay.file("/etc/machine-id", os.urandom(16).hex() + "\n")
    overlay.file("/etc/hostname", "fstag\n")
    overlay.file("/etc/systemd/system.conf.d/storage.conf", STORAGE)
    # podman only checks that this exists, because the containers have no network.
    overlay.link("/usr/lib/podman/netavark", "/bin/true")
