# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests that everything that the shutdown needs is copied, and that there is room for more."""

import os
import subprocess

from place import LIMIT, PLACE, keep


def kept(program: str) -> list[str]:
    found = []
    if keep(program) != (0, ""):
        found.append("it failed")
    if not os.access(PLACE / "shutdown", os.X_OK):
        found.append("no shutdown")
    for name in ("dev", "oldroot", "proc", "run", "sys", "lib64", "etc/os-release"):
        if not (PLACE / name).exists():
            found.append(f"no {name}")
    # In the copy, the loader must find every library that it finds here.
    listed = subprocess.run(
        ["/shutdown"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.chroot(PLACE),
        env={"LD_TRACE_LOADED_OBJECTS": "1", "LD_PRELOAD": "libmount.so.1"},
    )
    if "libmount.so.1 => /" not in listed.stdout or "not found" in listed.stdout + listed.stderr:
        found.append(f"the loader says {listed.stdout}{listed.stderr}")
    usage = os.statvfs(PLACE)
    if not 0 < usage.f_bavail * usage.f_bsize <= 512 << 10:
        found.append(f"{usage.f_bavail * usage.f_bsize} bytes to spare")
    if not usage.f_flag & os.ST_NOSUID or not usage.f_flag & os.ST_NODEV:
        found.append("mounted without nosuid or nodev")
    return found


def second(program: str) -> list[str]:
    code, said = keep(program)
    return [] if code == 0 and "already exists" in said else [f"status {code}, '{said}'"]


def room_for_dracut(program: str) -> list[str]:
    """dracut unpacks the whole initramfs there at shutdown."""
    (PLACE / ".need_shutdown").write_text("")
    (PLACE / "etc/cmdline.d").mkdir(parents=True)
    (PLACE / "etc/cmdline.d/debug.conf").write_text("rd.shell")
    found = [] if keep(program) == (0, "") else ["it failed"]
    if (PLACE / "etc/cmdline.d/debug.conf").read_text() != "rd.shell":
        found.append("it lost what is there for the shutdown")
    usage = os.statvfs(PLACE)
    if not (PLACE / ".need_shutdown").exists() or usage.f_bavail * usage.f_bsize < 64 << 20:
        found.append(f"{usage.f_bavail * usage.f_bsize} bytes to spare")
    return found


def size_from_the_start(program: str) -> list[str]:
    """The tmpfs has a limit from the start, before the contents are known."""
    subprocess.run(["umount", PLACE], check=True)
    done = subprocess.run(
        ["strace", "-qq", "-e", "trace=fsconfig", program],
        timeout=LIMIT,
        capture_output=True,
        text=True,
    )
    before = done.stderr.partition("FSCONFIG_CMD_CREATE")[0]
    return [] if '"size"' in before else [f"it says '{done.stderr}'"]
