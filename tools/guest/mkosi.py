# SPDX-License-Identifier: LGPL-2.1-or-later
"""The image that mkosi builds with the configuration that fstag installs.

It consists of a system in a directory, its kernel, an initrd and a unified kernel image. mkosi runs
in a suite's tree with fstag installed, and the cache keeps the result.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import host, image
from .suite import Tree

NAME = "mkosi"  # of the image, in the table of cases
PACKAGES = ("mkosi",)
# The unified kernel image contains its command line. The configuration already names the root.
CMDLINE = "console=ttyS0 panic=-1 printk.devkmsg=on mitigations=off loglevel=5"
SCRIPT = f"""
    # The package sources of the tree. Those of mkosi include a repository that a mirror may lack.
    mkdir -p /tmp/sandbox/etc
    cp -r /etc/apt /tmp/sandbox/etc
    : >/tmp/sandbox/etc/apt/sources.list.d/mkosi.sources
    mkdir /tmp/built
    mkosi --directory=/usr/share/fstag/mkosi/image --distribution=debian --release="$suite" \\
        --sandbox-tree=/tmp/sandbox --output-directory=/tmp/built --workspace-directory=/var/tmp \\
        --kernel-command-line="{CMDLINE}" --force build
"""


class Image(Tree):
    """What mkosi has built; the system is a tree like that of a suite."""

    @property
    def kernel(self) -> Path:
        return self.path.with_name("image.vmlinuz")

    @property
    def initrd(self) -> Path:
        return self.path.with_name("image.initrd")

    @property
    def uki(self) -> Path:
        return self.path.with_name("image.efi")


def get_image(tree: Tree, fstag: Path) -> Image:
    """`fstag` is a directory that build_fstag() returned."""
    key = image.digest(tree, fstag, [SCRIPT, *PACKAGES])
    directory = host.cache_dir() / f"mkosi-{tree.suite.name}-{key}"
    with host.cache_lock():
        if not directory.exists():
            for old in directory.parent.glob(f"mkosi-{tree.suite.name}-*"):
                shutil.rmtree(old)
            _make(tree, fstag, directory)
    return Image(tree.suite, directory / "image")


def _make(tree: Tree, fstag: Path, directory: Path) -> None:
    print(f"# makes an image of {tree.suite.name} with mkosi", flush=True)
    with image.installed_in(tree, fstag) as root:
        image.install_packages(root, tree, "mkosi-initrd", PACKAGES)
        variables = [f"suite={tree.suite.name}", "HOME=/root", "LC_ALL=C.UTF-8"]
        host.run(["chroot", root, "env", *variables, "bash", "-euc", SCRIPT])
        unfinished = Path(tempfile.mkdtemp(prefix="new-mkosi-", dir=directory.parent))
        host.run(["cp", "-a", "--no-target-directory", root / "tmp/built", unfinished])
        unfinished.chmod(0o755)
        unfinished.rename(directory)
