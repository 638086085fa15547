# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a case adds to the initrd under test: an archive that follows it."""

from __future__ import annotations

import gzip
from pathlib import Path

import afterwards
import flash
import systems
from case import Case
from guest import host, report
from guest.cpio import Overlay
from shares import Programs

GUEST_FILES = Path(__file__).with_name("guest")
UNITS = "/usr/lib/systemd/system"
DEVICES = "fstag-devices.service"
SOURCES = "/usr/lib/fstag-sources.list"


def append(initrd: Path, case: Case, programs: Programs) -> Path:
    """Returns a copy of the initrd, followed by the files of the case."""
    overlay = Overlay()
    _add_reports(overlay, case)
    _add_devices(overlay, case, programs)
    if case.ballast:
        overlay.file("/usr/lib/fstag-ballast", b"\x55" * (case.ballast << 20))
    for path, content in case.files.items():
        if content.startswith("-> "):
            overlay.link(path, content.removeprefix("-> "))
        else:
            overlay.file(path, content)
    archive = overlay.archive()
    if case.ballast:
        # Uncompressed, it would take up memory twice while the machine unpacks it.
        archive = gzip.compress(archive, 1)
    path = host.new_scratch("initrd") / "initrd"
    content = initrd.read_bytes()
    # Where an archive follows a compressed one, the kernel expects it at a multiple of four.
    path.write_bytes(content + b"\0" * (-len(content) % 4) + archive)
    return path


def _add_reports(overlay: Overlay, case: Case) -> None:
    """Adds what tells the host what the guest sees."""
    if case.expect.checks:
        systems.add_checks(overlay, case)
    else:
        report.add_to_initrd(overlay)
    if case.ways:
        afterwards.add_to_initrd(overlay)
    if case.image == "firmware":
        _add_unit(overlay, "fstag-remounted.service", GUEST_FILES / "fstag-remounted", "initrd")
        overlay.file("/usr/lib/firmware/regulatory.db", "no rules\n")
    if case.expect.devices:
        _add_unit(overlay, "fstag-devices.timer", GUEST_FILES / "fstag-devices")
        overlay.file(f"{UNITS}/{DEVICES}", (GUEST_FILES / DEVICES).read_bytes())


def _add_devices(overlay: Overlay, case: Case, programs: Programs) -> None:
    """Adds what the devices of the case need in the guest."""
    if any(spec.late is not None for spec in case.devices):
        _add_unit(overlay, "fstag-uevents.service", programs.uevents)
    if any(spec.fs in flash.TYPES for spec in case.devices):
        _add_unit(overlay, "fstag-flash.service", GUEST_FILES / "fstag-flash")
        tag = next(spec.tag for spec in case.devices if spec.fs in flash.TYPES)
        overlay.file("/usr/lib/fstag-flash-name", f"{flash.partition_name(tag)}\n")
        overlay.file("/usr/lib/fstag-attach-ubi", programs.attach_ubi.read_bytes(), 0o755)
    if SOURCES in case.files:
        _add_unit(overlay, "fstag-sources.service", GUEST_FILES / "fstag-sources")


def _add_unit(overlay: Overlay, unit: str, program: Path, target: str = "sysinit") -> None:
    """Adds a unit of the tests; by default, it starts with the first units of the initrd."""
    name = unit.partition(".")[0]
    overlay.file(f"/usr/lib/{name}", program.read_bytes(), 0o755)
    overlay.file(f"{UNITS}/{unit}", (GUEST_FILES / unit).read_bytes())
    overlay.link(f"{UNITS}/{target}.target.wants/{unit}", f"../{unit}")
