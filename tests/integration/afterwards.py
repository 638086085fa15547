# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is left of fstag after the boot, in a system that starts several times.

guest/fstag-analyze runs in the initrd and guest/fstag-afterwards in the booted system, which then
leaves in each of the ways of the case in turn: soft-reboot, kexec and, at the end, poweroff.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from guest import share
from guest.cpio import Overlay
from guest.report import Report

GUEST_FILES = Path(__file__).with_name("guest")
IN_INITRD = ("fstag-analyze", "fstag-analyze.service")
IN_SYSTEM = "fstag-afterwards"
POWEROFF = "poweroff"


def add_to_initrd(overlay: Overlay) -> None:
    program, unit = IN_INITRD
    overlay.file(f"/usr/lib/{program}", (GUEST_FILES / program).read_bytes(), 0o755)
    overlay.file(f"/{share.UNITS}/{unit}", (GUEST_FILES / unit).read_bytes())
    overlay.link(f"/{share.UNITS}/initrd.target.wants/{unit}", f"../{unit}")


def add_to_system(
    root: Path, ways: tuple[str, ...], kernel: Path, initrd: Path, load: Path
) -> None:
    """Makes a share that reports and powers off leave in these ways, with this kernel for kexec."""
    units = root / share.UNITS
    (units / "fstag-report.service.d/poweroff.conf").unlink()
    shutil.copy(GUEST_FILES / IN_SYSTEM, root / "usr/lib")
    shutil.copy(GUEST_FILES / f"{IN_SYSTEM}.service", units)
    wants = units / "multi-user.target.wants" / f"{IN_SYSTEM}.service"
    wants.symlink_to(f"../{IN_SYSTEM}.service")
    shutil.copy(load, root / "usr/lib/fstag-load-kernel")
    shutil.copy(kernel, root / "boot/fstag-kernel")
    shutil.copy(initrd, root / "boot/fstag-initrd")
    (root / "var/lib/fstag-ways").write_text(" ".join([*ways, POWEROFF]) + "\n")


def complaints(report: Report, ways: tuple[str, ...]) -> list[str]:
    """What the guest complained about, or did not report."""
    failed = [
        f"{name}: {check.said}" for name, check in report.checks.items() if check.status != "ok"
    ]
    for came_by, way in zip(("boot", *ways), (*ways, POWEROFF)):
        if report.values.get(f"way-{came_by}") != way:
            failed.append(f"did not leave by {way} after {came_by}")
    return failed
