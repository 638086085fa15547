# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds out whether KVM works on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import host

# If KVM works, the kernel panics within two seconds because it has no root.
TRIAL_SECONDS = 10


_found: bool | None = None


def has_kvm(kernel: Path) -> bool:
    """Tries once; `kernel` is any kernel that boots with KVM."""
    global _found
    if _found is None:
        _found = _try(kernel)
    return _found


def _try(kernel: Path) -> bool:
    """Boots the kernel up to its panic.

    Nothing less shows whether KVM works: if a hypervisor supports nested KVM only in part, /dev/kvm
    opens and a paused machine starts, but the first AVX instruction ends it.
    """
    if not Path("/dev/kvm").exists():
        return False
    command = [
        host.find_program("qemu-system-x86_64"),
        *("-machine", "pc", "-accel", "kvm", "-cpu", "host", "-m", "256M"),
        *("-display", "none", "-nodefaults", "-serial", "stdio", "-no-reboot"),
        *("-kernel", str(kernel), "-append", "console=ttyS0 panic=-1"),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TRIAL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return b"Kernel panic" in done.stdout
