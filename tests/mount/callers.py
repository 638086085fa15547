# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests calls by a user, and for another mount namespace (-N)."""

import subprocess

from namespace import DIR, mounted, run


def check_user(program: str) -> list[str]:
    done = run(
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        program,
        "SPEC",
        str(DIR),
        "-o",
        "fstag=tmpfs:b",
    )
    if done.returncode != 1 or done.stderr != "mount.fstag: must be superuser to mount\n":
        return [str(done)]
    return []


def check_namespace(program: str) -> list[str]:
    script = 'printf "%s\\n" ready; read x; grep -c " /run/fstag-mount " /proc/self/mountinfo'
    other = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    other.stdout.readline()
    done = run(
        program,
        "root",
        str(DIR),
        "-o",
        "rw,fstag=tmpfs+ramfs:root",
        "-N",
        f"/proc/{other.pid}/ns/mnt",
    )
    count = other.communicate("\n")[0].strip()
    wrong = [] if mounted() == [] else ["mounted here"]
    return wrong + ([] if done.returncode == 0 and count == "1" else [f"{count}, {done.stderr}"])


def check_other_namespace(program: str) -> list[str]:
    """The exit status is that of mount(8), and means that nothing was tried."""
    wrong = []
    for path, reason in (
        ("/proc/self/ns/net", "not a mount namespace"),
        ("/etc/passwd", "not a mount namespace"),
        ("/nothing", "No such file or directory"),
    ):
        for options in ("fstag=tmpfs+ramfs:a", "remount,fstag=tmpfs+ramfs:a"):
            done = run(program, "a", str(DIR), "-o", options, "-N", path)
            if (
                done.returncode != 2
                or done.stderr != f"mount.fstag: Cannot enter '{path}': {reason}\n"
            ):
                wrong.append(f"{path}: exit status {done.returncode}, {done.stderr!r}")
    return wrong + (["something is mounted"] if mounted() else [])
