# SPDX-License-Identifier: LGPL-2.1-or-later
"""Systems that run entirely from their initramfs and check themselves.

Two are a complete Debian of the suite, whose systemd starts guest/fstag-containers. One consists of
a few programs of this host with the kernel of the suite; its init is guest/shell-init.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from case import Case
from guest import host, initramfs, suite
from guest.cpio import Overlay
from guest.suite import Tree

GUEST_FILES = Path(__file__).with_name("guest")
FSTAG_RUN = GUEST_FILES.parents[1] / "remount/fstag-run"
UNITS = "/usr/lib/systemd/system"
CONTAINERS = "fstag-containers.service"
DEBIANS = {recipe.name: recipe for recipe in (suite.CONTAINERS, suite.DOCKER)}
SHELL = "shell"
NAMES = (*DEBIANS, SHELL)
# Boots into the checks. Nothing needs the caches that systemd would update.
DEBIANS_CMDLINE = (
    f"systemd.unit={CONTAINERS} systemd.show_status=no systemd.condition-needs-update=0"
)
# The programs that the checks of the shell execute.
PROGRAMS = (
    "bash sh cat cmp echo env grep insmod ln ls mkdir mknod mount mountpoint mv printf pwd "
    "readlink rm rmdir sed setpriv sleep sort stat strace taskset test timeout touch tr true "
    "umount uniq unshare wc chroot pivot_root"
).split()


def make(name: str, tree: Tree, fstag: Path) -> Path:
    """The initramfs, without the checks; `fstag` is the directory with the installed files."""
    if name == SHELL:
        return _make_shell(tree, fstag)
    recipe = DEBIANS[name]
    if not suite.cached_path(tree.suite.name, recipe).exists():
        print(f"# makes the Debian tree of {tree.suite.name} with {name}", flush=True)
    system = suite.get_tree(tree.suite.name, recipe)
    return initramfs.get_initramfs(tree, system, fstag)


def add_checks(overlay: Overlay, case: Case) -> None:
    """Adds the programs that run the checks of the case and then power off."""
    if case.image == SHELL:
        names = [name for group in case.expect.checks.values() for name in group]
        overlay.file("/init", (GUEST_FILES / "shell-init").read_bytes(), 0o755)
        sources = [FSTAG_RUN / "helpers.sh", *sorted(FSTAG_RUN.glob("cases/*.sh"))]
        overlay.file("/cases.sh", b"\n".join(path.read_bytes() for path in sources))
        overlay.file("/checks", "".join(f"{name}\n" for name in names))
        return
    overlay.file(f"{UNITS}/{CONTAINERS}", (GUEST_FILES / CONTAINERS).read_bytes())
    overlay.file("/usr/lib/fstag-containers.env", f"CHECKS={' '.join(case.expect.checks)}\n")
    for name, mode in (("containers.sh", 0o644), ("fstag-containers", 0o755)):
        overlay.file(f"/usr/lib/{name}", (GUEST_FILES / name).read_bytes(), mode)


def cmdline(case: Case) -> str:
    return f"{DEBIANS_CMDLINE} {case.cmdline}" if case.image in DEBIANS else case.cmdline


def _make_shell(tree: Tree, fstag: Path) -> Path:
    overlay = Overlay()
    for name in ("bin", "lib", "lib64", "sbin"):
        overlay.link(f"/{name}", f"usr/{name}")
    overlay.link("/usr/sbin", "bin")
    for name in PROGRAMS:
        _add_program(overlay, Path(host.find_program(name)))
    _add_program(overlay, fstag / "usr/bin/fstag-run")
    modules = tree.path / "usr/lib/modules" / tree.kernel_release
    for module in modules.glob("kernel/fs/overlayfs/overlay.ko*"):
        overlay.file(f"/{module.name}", module.read_bytes())
    path = host.new_scratch("initramfs") / "initramfs"
    path.write_bytes(overlay.archive())
    return path


def _add_program(overlay: Overlay, path: Path) -> None:
    """Adds the program and the libraries to which it is linked."""
    overlay.file(f"/usr/bin/{path.name}", path.read_bytes(), 0o755)
    done = subprocess.run(["ldd", path], capture_output=True, text=True)
    for library in map(Path, re.findall(r"(/\S+) \(0x", done.stdout)):
        # The directory may be a symbolic link, and is then one in the archive, too.
        where = library.parent.resolve() / library.name
        overlay.file(str(where), library.read_bytes(), 0o755)
