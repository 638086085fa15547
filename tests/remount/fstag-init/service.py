# SPDX-License-Identifier: LGPL-2.1-or-later
"""fstag-remount where it fails: without PID 1's answer, and killed."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import images
from case import expect, expect_identical, read, test
from namespace import Programs, install, install_service, mounted, start_service

KILLS = 20


def fill_for_service(programs: Programs, root: Path) -> dict:
    images.every_kind(root, has_xattrs=True)
    images.many(root / "usr", 2000)
    install(programs, root)
    install_service(programs, root)
    return read(root)


@test("the service leaves all as it is where PID 1 does not answer")
def service_without_systemd(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        process = start_service(root)
        told = process.communicate()[1].decode()
        expect(process.returncode == 1, "it did not fail")
        expect("Failed to switch to the tmpfs" in told, f"it says {told}")
        expect_identical(before, root)


@test("the service is killed at any time, and leaves all as it is")
def service_killed(programs: Programs) -> None:
    noise = random.Random()
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        started = time.monotonic()
        start_service(root).wait()
        whole = time.monotonic() - started
        for _ in range(KILLS):
            process = start_service(root)
            time.sleep(noise.uniform(0, whole))
            process.send_signal(noise.choice((signal.SIGTERM, signal.SIGKILL)))
            process.wait()
            expect_identical(before, root)
