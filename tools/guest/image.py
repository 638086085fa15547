# SPDX-License-Identifier: LGPL-2.1-or-later
"""The initrd under test, made in a suite's tree with fstag installed, by dracut or a script.

The tree itself never changes: fstag is installed in an overlay over it. The cache keeps each initrd
under a key that is computed from everything on which it depends.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import documents, host
from .suite import Tree


@dataclass(frozen=True)
class Kind:
    """A kind of image."""

    modules: str = "systemd-initrd fstag"  # dracut modules
    drivers: str = ""  # kernel modules that no dracut module includes
    packages: tuple[str, ...] = ()  # to install over the tree
    configuration: str = ""  # a line of dracut.conf(5)
    # Makes /tmp/initrd instead of dracut. $version is that of the kernel, $root an empty directory.
    script: str = ""


KINDS = {
    # Only systemd and fstag.
    "minimal": Kind(),
    # The dracut modules of a generic image, whose own hooks may interfere.
    "generic": Kind("systemd-initrd dracut-systemd base rootfs-block resume virtiofs virtfs fstag"),
    # The /init of the image is fstag-init.
    "early-init": Kind(configuration="fstag_init=yes"),
    # The programs with which guest/fstag-analyze checks the units.
    "analyze": Kind(configuration='install_items+=" cut grep systemd-analyze tr "'),
    # A driver that reads firmware but needs no hardware.
    "firmware": Kind(drivers="cfg80211"),
    # Makes flash memory from a disk of the virtual machine.
    "flash": Kind(drivers="virtio_blk block2mtd", configuration='install_items+=" mkdir sleep "'),
    # A root on the network.
    "network": Kind(
        "systemd-initrd dracut-systemd base systemd-networkd network fstag",
        packages=("dracut-network", "iproute2"),
    ),
    # The same, with what mounts the exports of a server.
    "network-exports": Kind(
        "systemd-initrd dracut-systemd base systemd-networkd network nfs cifs fstag",
        packages=("cifs-utils", "dracut-network", "iproute2", "nfs-common", "rpcbind"),
    ),
    # Made on a running system, with the configuration that fstag installs.
    "mkosi-initrd": Kind(
        packages=("mkosi",),
        script="""
            # mkosi refuses to start without this directory.
            mkdir -p /etc/mkosi-initrd /usr/lib/firmware
            printf '[Output]\\nCompressOutput=no\\n' >/etc/mkosi-initrd/mkosi.conf
            apt-get -q -o Acquire::Check-Valid-Until=false update
            # By default, it adds the modules that this machine has loaded. mkosi 27 fails if the
            # kernel has none at all.
            generic=$(mkosi-initrd --help | grep -o -m 1 -e --generic || true)
            mkosi-initrd --kernel-version "$version" --output-dir /tmp --output initrd $generic
        """,
    ),
    "by-hand": Kind(packages=("cpio",), script=documents.script("initrd.md", "By hand")),
}
DRACUT = (
    "dracut",
    "--quiet",
    "--force",
    "--no-hostonly",
    "--no-early-microcode",
    # With emulation, decompression takes longer than reading a larger file.
    "--no-compress",
)


def has_dracut_hooks(kind: str) -> bool:
    """Whether dracut's own scripts run beside systemd in an image of that kind."""
    return kind in KINDS and "dracut-systemd" in KINDS[kind].modules.split()


def build_dir(source: Path, purpose: str) -> Path:
    """Not in the checkout, which belongs to another user if this runs through sudo."""
    digest = hashlib.sha256(str(source).encode()).hexdigest()[:8]
    return host.cache_dir() / f"{purpose}-{digest}"


def build_fstag(source: Path, purpose: str) -> Path:
    """Compiles fstag and returns a directory with the files that `meson install` installs."""
    build = build_dir(source, purpose)
    if not (build / "build.ninja").exists():
        host.run(["meson", "setup", build, source, "--prefix=/usr"])
    host.run(["meson", "compile", "-C", build])
    return install_fstag(build)


def install_fstag(build: Path) -> Path:
    destination = host.new_scratch("install")
    host.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", destination])
    return destination


def get_initrd(tree: Tree, fstag: Path, kind: str) -> Path:
    """`fstag` is a directory that build_fstag() returned; the caller owns the result."""
    recipe = KINDS[kind]
    command = _command(recipe, tree.kernel_release)
    key = digest(tree, fstag, [*command, recipe.configuration, *recipe.packages])
    initrd = host.cache_dir() / f"initrd-{tree.suite.name}-{kind}-{key}"
    mine = host.new_scratch("initrd") / "initrd"
    with host.cache_lock():
        if not initrd.exists():
            _drop_old(initrd)
            _make(tree, fstag, command, kind, initrd)
        # A copy, because the next build of fstag removes this one.
        shutil.copyfile(initrd, mine)
    return mine


def _command(recipe: Kind, version: str) -> list[str]:
    if recipe.script:
        variables = [f"version={version}", "root=/tmp/root"]
        return ["env", *variables, "bash", "-eu", "-o", "pipefail", "-c", recipe.script]
    drivers = ["--add-drivers", recipe.drivers] if recipe.drivers else []
    return [*DRACUT, *drivers, "--modules", recipe.modules, "/tmp/initrd", version]


def digest(tree: Tree, fstag: Path, command: list[str]) -> str:
    """A key for what the command makes of the tree with fstag installed."""
    state = hashlib.sha256(repr((tree.identity, command)).encode())
    for path in sorted(fstag.rglob("*")):
        if path.is_symlink():
            content = str(path.readlink()).encode()
        elif path.is_file():
            content = path.read_bytes()
        else:
            continue
        entry = (path.relative_to(fstag), path.lstat().st_mode, content)
        state.update(repr(entry).encode())
    return state.hexdigest()[:12]


def _drop_old(initrd: Path) -> None:
    """Removes the initrds of earlier builds of fstag, which nothing uses any more."""
    pattern = initrd.name.rpartition("-")[0] + "-*"
    for old in initrd.parent.glob(pattern):
        old.unlink()


def _make(tree: Tree, fstag: Path, command: list[str], kind: str, initrd: Path) -> None:
    recipe = KINDS[kind]
    with installed_in(tree, fstag) as root:
        (root / "etc/dracut.conf.d").mkdir(parents=True, exist_ok=True)
        (root / "etc/dracut.conf.d/fstag.conf").write_text(f"{recipe.configuration}\n")
        if recipe.packages:
            install_packages(root, tree, kind, recipe.packages)
        output = host.run(["chroot", root, *command])
        made = root / "tmp" / "initrd"
        if not made.exists():
            raise host.GuestError(f"there is no initrd: {output[-300:]}")
        unfinished = initrd.with_name(f"new-{initrd.name}")
        shutil.copyfile(made, unfinished)
        unfinished.rename(initrd)


@contextlib.contextmanager
def installed_in(tree: Tree, fstag: Path) -> Iterator[Path]:
    """A view of the tree with fstag installed, in which programs can run."""
    root = mount_over(tree.path)
    try:
        install_into(root, fstag)
        _mount_kernel_file_systems(root)
        yield root
    finally:
        host.run(["umount", "--recursive", "--lazy", root])


def _mount_kernel_file_systems(root: Path) -> None:
    for fs, where in (("proc", "proc"), ("sysfs", "sys"), ("tmpfs", "dev")):
        host.run(["mount", "-t", fs, fs, root / where])
    # Not the /dev of this machine, whose nodes a builder could change.
    for name in ("full", "null", "random", "tty", "urandom", "zero"):
        number = Path("/dev", name).stat().st_rdev
        os.mknod(root / "dev" / name, stat.S_IFCHR | 0o666, number)
        (root / "dev" / name).chmod(0o666)
    for name in ("pts", "shm"):
        (root / "dev" / name).mkdir()
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (root / "dev" / name).symlink_to(f"/proc/self/fd{target}")


def install_packages(root: Path, tree: Tree, purpose: str, packages: tuple[str, ...]) -> None:
    """Installs packages of the suite, with their dependencies, in `root`, a view of the tree. The
    cache keeps one set of packages for each purpose, so a purpose stands for one set."""
    shutil.copyfile("/etc/resolv.conf", root / "etc/resolv.conf")
    archives = root / "tmp/packages"
    shutil.copytree(_get_packages(root, tree, purpose, packages), archives)
    names = [f"/tmp/packages/{path.name}" for path in archives.iterdir()]
    # A tree may already have all of them.
    if names:
        # apt knows the order; dpkg would configure a package before one that it depends on.
        apt = ["chroot", root, "apt-get", "-q", "-y", "--no-install-recommends"]
        host.run([*apt, "install", *names], env=_apt_environment())
    shutil.rmtree(archives)


def unpack_package(tree: Tree, name: str) -> Path:
    """Returns a directory with the files of a package of the suite. Nothing is installed."""
    directory = host.new_scratch("package")
    with host.cache_lock():
        packages = _get_packages(mount_over(tree.path), tree, name, (name,))
        for path in packages.glob(f"{name}_*.deb"):
            host.run(["dpkg-deb", "--extract", path, directory])
    return directory


def _get_packages(root: Path, tree: Tree, purpose: str, packages: tuple[str, ...]) -> Path:
    """Returns a directory in the cache with the packages and their dependencies. They are fetched
    once for each tree."""
    digest = hashlib.sha256(repr((tree.identity, packages)).encode()).hexdigest()[:12]
    directory = host.cache_dir() / f"packages-{tree.suite.name}-{purpose}-{digest}"
    if directory.exists():
        return directory
    for old in directory.parent.glob(f"packages-{tree.suite.name}-{purpose}-????????????"):
        shutil.rmtree(old)
    apt = ["chroot", root, "apt-get", "-q", "-y", "--no-install-recommends"]
    apt += ["-o", "Acquire::Check-Valid-Until=false"]
    host.run([*apt, "update"], env=_apt_environment())
    host.run([*apt, "install", "--download-only", *packages], env=_apt_environment())
    unfinished = Path(tempfile.mkdtemp(prefix="new-packages-", dir=directory.parent))
    for path in (root / "var/cache/apt/archives").glob("*.deb"):
        shutil.copy(path, unfinished)
    unfinished.rename(directory)
    return directory


def _apt_environment() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "INITRD": "No", "LC_ALL": "C.UTF-8"}


def mount_over(lower: Path) -> Path:
    """Returns a writable view of the tree, which itself does not change."""
    layer = host.new_scratch("layer")
    for name in ("upper", "work", "root"):
        (layer / name).mkdir()
    options = f"lowerdir={lower},upperdir={layer}/upper,workdir={layer}/work"
    host.run(["mount", "-t", "overlay", "-o", options, "overlay", layer / "root"])
    return layer / "root"


def install_into(root: Path, files: Path) -> None:
    # Not with cp: a package may install to /lib, which is a symbolic link in the tree.
    pack = subprocess.Popen(["tar", "-C", files, "-c", "."], stdout=subprocess.PIPE)
    unpack = ["tar", "-C", root, "-x", "--keep-directory-symlink", "--no-overwrite-dir"]
    result = subprocess.run(unpack, stdin=pack.stdout)
    if pack.wait() != 0 or result.returncode != 0:
        raise host.GuestError(f"cannot copy '{files}' into '{root}'")
