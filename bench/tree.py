# SPDX-License-Identifier: LGPL-2.1-or-later
"""File trees that resemble an initramfs, the same in each run."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
# Fractions of all names, as in a Debian image with a kernel, its modules and firmware.
LINKS, HARD_LINKS, DIRECTORIES = 0.08, 0.01, 0.09
FOUR_VALUES = bytes(value % 4 for value in range(256))


@dataclass(frozen=True)
class Spec:
    name: str
    files: int  # names except directories
    mib: int
    large: tuple[int, ...]  # sizes of large files, in MiB


SPECS = (
    Spec("400 MB, 13,000 files", 13000, 400, (48, 24, 16, 12, 8, 8, 6, 5, 4, 3, 3, 2, 2)),
    Spec("40 MB, 1,500 files", 1500, 40, (8, 4, 2, 2)),
)


def make(root: Path, spec: Spec, packs: bool = False) -> None:
    """With packs, the files compress to about a third of their size, as programs do."""
    noise = random.Random(spec.files)
    directories = make_directories(root, int(spec.files * DIRECTORIES), noise)
    sizes = make_sizes(spec, noise)
    paths: list[Path] = []
    for number, size in enumerate(sizes):
        path = noise.choice(directories) / f"file{number}"
        data = noise.randbytes(size)
        path.write_bytes(data.translate(FOUR_VALUES) if packs else data)
        path.chmod(noise.choice((0o644, 0o644, 0o755, 0o600)))
        paths.append(path)
    for number in range(int(spec.files * LINKS)):
        os.symlink(f"../file{number}", noise.choice(directories) / f"link{number}")
    for number in range(int(spec.files * HARD_LINKS)):
        os.link(noise.choice(paths), noise.choice(directories) / f"name{number}")
    for directory, _, files in os.walk(root, topdown=False):
        for name in [*files, "."]:
            stamp = 1_600_000_000_000_000_000 + noise.randrange(10**17)
            os.utime(os.path.join(directory, name), ns=(stamp, stamp), follow_symlinks=False)


def make_directories(root: Path, number: int, noise: random.Random) -> list[Path]:
    directories = [root]
    for index in range(number):
        directory = noise.choice(directories[-60:]) / f"directory{index}"
        directory.mkdir()
        directories.append(directory)
    return directories


def make_sizes(spec: Spec, noise: random.Random) -> list[int]:
    """Most files are small, a few contain half of the bytes: a scaled log-normal distribution."""
    number = int(spec.files * (1 - LINKS - HARD_LINKS)) - len(spec.large)
    drawn = [noise.lognormvariate(9, 1.5) for _ in range(number)]
    scale = (spec.mib - sum(spec.large)) * MIB / sum(drawn)
    sizes = [int(size * scale) for size in drawn] + [size * MIB for size in spec.large]
    noise.shuffle(sizes)
    return sizes
