# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a mount namespace for the tests, and shows what is mounted on the directory in it."""

import ctypes
import re
import shutil
import subprocess
from pathlib import Path

CLONE_NEWNS = 0x00020000
DIR = Path("/run/fstag-mount")


def run(*words: str) -> subprocess.CompletedProcess:
    """The working directory is /, as it is for PID 1."""
    return subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=60)


def mounted() -> list[str]:
    """Type, source and options of the mount on DIR, which is then unmounted."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, right = (part.split() for part in line.split(" - "))
        if left[4] == str(DIR):
            source = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), right[1])
            source = source.encode("latin1").decode() if source.isascii() else source
            found = [right[0], source, ",".join([left[5], right[2]])]
    if found:
        run("umount", str(DIR))
    return found


def expect(done: subprocess.CompletedProcess, fs: str, source: str, options: set[str]) -> list[str]:
    seen = mounted()
    if done.returncode != 0 or done.stderr:
        return [f"exit status {done.returncode}", *done.stderr.splitlines()]
    if not seen or seen[:2] != [fs, source]:
        return [f"mounted is {seen}, not {fs} '{source}'"]
    lacks = options - set(seen[2].split(","))
    return [f"'{seen[2]}' lacks {', '.join(lacks)}"] if lacks else []


def set_up(program: str, directory: Path) -> None:
    """Enters a mount namespace in which the helper under test is the only one in the directory."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    DIR.mkdir()
    program = shutil.copy(program, "/run/program")
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", directory], check=True)
    shutil.copy(program, directory / "mount.fstag")
