# SPDX-License-Identifier: LGPL-2.1-or-later
"""The other modules' access to the host: commands, the cache, scratch space."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

_scope = threading.local()


class GuestError(Exception):
    """An error that the user has to read; the text is one line."""


def exit_with(main: Callable[[], int]) -> NoReturn:
    """Ends the program with the status of main(), or with the line of a GuestError."""
    try:
        sys.exit(main())
    except GuestError as error:
        sys.exit(f"error: {error}")


def cache_dir() -> Path:
    path = Path.home() / ".cache" / "fstag"
    path.mkdir(parents=True, exist_ok=True)
    return path


def run(command: list[str | Path], **options) -> str:
    """Runs a command and returns its output; if it fails, raises GuestError with one line of it."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
    except OSError as error:
        raise GuestError(f"cannot run '{command[0]}': {error.strerror}") from error
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        # mmdebstrap and dracut mark their error messages, and print more after them.
        told = [line for line in lines if line.startswith(("E:", "dracut[E]", "dracut[F]"))]
        reason = told[0] if told else (lines or ["no output"])[-1]
        raise GuestError(f"'{command[0]}' failed ({done.returncode}): {reason}")
    return done.stdout


def scratch_dir() -> Path:
    """The directory for everything that need not outlast this run.

    namespace.py mounts a tmpfs here that only this run sees. It disappears with the last process,
    however that process ends.
    """
    path = cache_dir() / "scratch"
    path.mkdir(exist_ok=True)
    return path


def new_scratch(prefix: str) -> Path:
    """Makes a directory that lasts until the run ends, or the scratch_scope() of this thread."""
    path = Path(tempfile.mkdtemp(prefix=prefix + "-", dir=scratch_dir()))
    path.chmod(0o755)
    made = getattr(_scope, "made", None)
    if made is not None:
        made.append(path)
    return path


@contextlib.contextmanager
def scratch_scope() -> Iterator[None]:
    """Removes, at its end, the scratch space that this thread has made: it takes up memory."""
    _scope.made = []
    try:
        yield
    finally:
        for path in _scope.made:
            _remove(path)
        _scope.made = None


def _remove(path: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for mount in reversed(mounts):
        if mount.startswith(f"{path}/"):
            run(["umount", "--lazy", mount])
    shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def cache_lock() -> Iterator[None]:
    """Held while something is created in the cache, or an old entry removed."""
    with (cache_dir() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def find_program(*candidates: str) -> str:
    """The first candidate that exists, also in sbin, which is often not in the PATH of a user."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    for candidate in candidates:
        found = shutil.which(candidate, path=path)
        if found:
            return found
    raise GuestError(f"'{candidates[0]}' is missing, run tools/install-deps")
