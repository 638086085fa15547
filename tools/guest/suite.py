# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Debian suites, and the trees that are made of each.

One tree has the kernel, dracut and a system to boot. The two others have container engines and no
kernel, for a system that runs from its initramfs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import host


# Since Linux 6.9, each virtiofs device has a `tag` file. Without it, udev does not know the tag,
# and there is no device unit.
VIRTIOFS_TAGS = "virtiofs-tags"
# Since Linux 7.0, pivot_root(2) works in an unchanged initramfs, and systemd does not free the
# memory of the initramfs.
PIVOT_ROOT = "pivot-root"
# bookworm has mkosi 14, which has no mkosi-initrd, and other names for the settings.
MKOSI = "mkosi"


@dataclass(frozen=True)
class Suite:
    name: str
    systemd: int
    can: frozenset[str] = frozenset()


# All that the demo, the tests and the benchmarks know about the suites, the oldest first.
SUITES = {
    suite.name: suite
    for suite in (
        Suite("bookworm", 252),
        Suite("trixie", 257, frozenset({MKOSI, VIRTIOFS_TAGS})),
        Suite("forky", 262, frozenset({MKOSI, VIRTIOFS_TAGS, PIVOT_ROOT})),
    )
}
OLDEST_SUITE, *_, NEWEST_SUITE = SUITES
MAIN_SUITE = "trixie"
# What the table of cases calls them.
ROLES = {"oldest": OLDEST_SUITE, "main": MAIN_SUITE, "newest": NEWEST_SUITE}
ABILITIES = frozenset.union(*(suite.can for suite in SUITES.values()))


def select(roles: list[str], can: list[str], cannot: list[str]) -> tuple[str, ...]:
    """The suites that have one of the roles, if any is given, all features in `can` and none in
    `cannot`."""
    if unknown := {*can, *cannot} - ABILITIES:
        raise ValueError(f"no suite can {', '.join(unknown)}")
    names = [ROLES[role] for role in roles] or [*SUITES]
    return tuple(
        name
        for name in SUITES
        if name in names
        and SUITES[name].can.issuperset(can)
        and SUITES[name].can.isdisjoint(cannot)
    )


PACKAGES = (
    "dbus",
    "dracut-core",
    "kmod",
    "linux-image-amd64",
    "login",
    "mount",
    "systemd-boot-efi",
    "systemd-sysv",
    "udev",
    "util-linux",
)

# Documentation, and files for hardware that the virtual machines lack. They account for half of the
# size of a tree and of the time to unpack it, and are never part of an initrd.
LEFT_OUT = (
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "/usr/share/info/*",
    # Modules such as aesni and kvm, which udev would load one by one.
    "*/kernel/arch/*",
    "*/kernel/sound/*",
    "*/kernel/drivers/ata/*",
    "*/kernel/drivers/block/floppy*",
    "*/kernel/drivers/gpu/*",
    "*/kernel/drivers/iio/*",
    "*/kernel/drivers/infiniband/*",
    "*/kernel/drivers/input/*",
    "*/kernel/drivers/media/*",
    "*/kernel/drivers/net/ethernet/*",
    "*/kernel/drivers/net/wireless/*",
    "*/kernel/drivers/scsi/*",
    "*/kernel/drivers/staging/*",
)

CONTAINER_PACKAGES = (
    "busybox-static",
    "conmon",
    "crun",
    "dbus",
    "kmod",
    "login",
    "mount",
    "passwd",
    "podman",
    "runc",
    "systemd-container",
    "systemd-sysv",
    "udev",
    "uidmap",
    "util-linux",
)
# This tree must fit into the memory of a guest, twice while the kernel unpacks it.
CONTAINERS_LEFT_OUT = (
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "/usr/share/info/*",
    "/usr/share/i18n/*",
    "/usr/share/zoneinfo/*",
    "/usr/lib/udev/hwdb.d/*",
    "/usr/lib/*/gconv/*",
    # The containers have no network.
    "/usr/lib/cni/*",
    "/usr/lib/podman/*netavark*",
    "/usr/lib/podman/*aardvark*",
    "/usr/libexec/podman/rootlessport",
    "/usr/libexec/podman/quadlet",
    "/usr/libexec/podman/podman-testing",
)

DOCKER_PACKAGES = (
    "busybox-static",
    "dbus",
    # Since trixie, the client is a separate package.
    '?name("^docker(.io|-cli)$")',
    "kmod",
    "login",
    "mount",
    "passwd",
    "systemd-sysv",
    "udev",
    "util-linux",
)
DOCKER_LEFT_OUT = (
    *CONTAINERS_LEFT_OUT,
    "/usr/bin/containerd-shim",
    "/usr/bin/containerd-shim-runc-v1",
    "/usr/bin/containerd-stress",
    "/usr/bin/ctr",
    "/usr/bin/docker-proxy",
    "/usr/sbin/docker-proxy",
    "/usr/libexec/docker/docker-proxy",
)

# Programs that start virtual machines.
STARTERS_PACKAGES = (
    "dbus",
    "libvirt-clients",
    "libvirt-daemon",
    "libvirt-daemon-driver-qemu",
    "mount",
    "qemu-system-x86",
    "systemd-container",
    "systemd-sysv",
    "udev",
    # virtiofsd is part of QEMU in bookworm.
    '?name("^(virtiofsd|virtme-ng)$")',
)
STARTERS_LEFT_OUT = (
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/locale/*",
    "/usr/share/info/*",
)


@dataclass(frozen=True)
class Recipe:
    """The contents of a tree. The name of the tree's directory starts with that of the recipe."""

    name: str
    packages: tuple[str, ...]
    left_out: tuple[str, ...]


BOOT = Recipe("tree", PACKAGES, LEFT_OUT)
CONTAINERS = Recipe("containers", CONTAINER_PACKAGES, CONTAINERS_LEFT_OUT)
DOCKER = Recipe("docker", DOCKER_PACKAGES, DOCKER_LEFT_OUT)
STARTERS = Recipe("starters", STARTERS_PACKAGES, STARTERS_LEFT_OUT)


@dataclass(frozen=True)
class Tree:
    suite: Suite
    path: Path

    @property
    def identity(self) -> str:
        """A text that changes whenever the tree is made again."""
        return (self.path / "etc" / "fstag-tree-id").read_text()

    @property
    def kernel_release(self) -> str:
        releases = sorted(path.name for path in (self.path / "usr/lib/modules").iterdir())
        if not releases:
            raise host.GuestError(f"no kernel in '{self.path}', remove it to make it anew")
        return releases[-1]

    @property
    def kernel(self) -> Path:
        return self.path / "boot" / f"vmlinuz-{self.kernel_release}"

    @property
    def efi_stub(self) -> Path:
        return self.path / "usr/lib/systemd/boot/efi/linuxx64.efi.stub"


def get_tree(name: str, recipe: Recipe = BOOT) -> Tree:
    suite = SUITES[name]
    path = cached_path(name, recipe)
    with host.cache_lock():
        if not path.exists():
            _make(suite, recipe, path)
    return Tree(suite, path)


def cached_path(name: str, recipe: Recipe = BOOT) -> Path:
    # A digest of the recipe is part of the name, so that a changed recipe makes a new tree.
    digest = hashlib.sha256(repr((recipe.packages, recipe.left_out)).encode()).hexdigest()[:8]
    return host.cache_dir() / f"{recipe.name}-{name}-{digest}"


def _make(suite: Suite, recipe: Recipe, path: Path) -> None:
    for old in path.parent.glob(f"{recipe.name}-{suite.name}-*"):
        shutil.rmtree(old)
    # It gets its name when it is complete, so that no later run uses the incomplete tree of an
    # interrupted one.
    unfinished = Path(tempfile.mkdtemp(prefix=f"new-{suite.name}-", dir=path.parent))
    try:
        unfinished.chmod(0o755)
        _bootstrap(suite, recipe, unfinished)
        (unfinished / "etc" / "fstag-tree-id").write_text(os.urandom(16).hex())
        unfinished.rename(path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _bootstrap(suite: Suite, recipe: Recipe, path: Path) -> None:
    command: list[str | Path] = [
        "mmdebstrap",
        "--mode=root",
        "--variant=apt",
        "--include=" + ",".join(recipe.packages),
        # Excludes the packages that the kernel recommends and nothing here needs.
        '--aptopt=APT::Install-Recommends "false"',
        # For old snapshots of a suite, and a wrong clock. Signatures are still checked.
        '--aptopt=Acquire::Check-Valid-Until "false"',
    ]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in recipe.left_out]
    command += [suite.name, path]
    # INITRD=No keeps kernel packages from making an initrd: image.py makes it later.
    host.run(command, env={**os.environ, "INITRD": "No", "LC_ALL": "C.UTF-8"})
