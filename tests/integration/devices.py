# SPDX-License-Identifier: LGPL-2.1-or-later
"""The devices of a case, with the shares and images behind them."""

from __future__ import annotations

from pathlib import Path

import flash
from case import DeviceSpec
from guest import host
from guest.machine import Device
from shares import Shares

STICK_SIZE = 16 << 20


def make_share(shares: Shares, spec: DeviceSpec) -> Path:
    root = shares.make(spec.share)
    for path, content in spec.files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return root


def make(spec: DeviceSpec, share: Path, traced: bool) -> Device:
    present = spec.late is None
    if spec.fs == "vfat":
        return Device("disk", spec.tag, _make_stick(), present)
    if spec.fs in flash.TYPES:
        return Device("disk", spec.tag, flash.make_image(spec.fs, spec.tag, share), present)
    return Device(spec.fs, spec.tag, share, present, traced, spec.options)


def _make_stick() -> Path:
    """The image of a memory stick."""
    stick = host.new_scratch("stick") / "image"
    with stick.open("wb") as file:
        file.truncate(STICK_SIZE)
    host.run(["mformat", "-i", stick, "-T", str(STICK_SIZE // 512), "::"])
    return stick
