#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the cases of cases/, each in a separate fake system, and prints TAP.

usage: run.py FSTAG-RUN [CASE...]        as root; skips everything otherwise

If $FSTAG_SANITIZED is set, fstag-run is built with sanitizers, which need the /proc of their own
PID namespace.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.append(str(HERE.parents[1]))

import tap  # noqa: E402

CASES = sorted((HERE / "cases").glob("*.sh"))
LIMIT = 60
NEEDS_STRANGE_PROC = ["proc_of_inner_pid_namespace"]
# The case runs at the top level: inside `if` or `||`, the shell would continue after errors.
SCRIPT = 'set -euo pipefail; case=case_$1; shift; for file; do source "$file"; done; "$case"'


def missing() -> str:
    """Why the cases cannot run here; empty if they can."""
    if os.geteuid() != 0:
        return "needs root"
    done = subprocess.run([HERE / "fake-system", "true"], capture_output=True, text=True)
    return done.stderr.strip().replace("\n", "; ") if done.returncode else ""


def run_case(fstag_run: str, name: str) -> list[str]:
    """A description of the failure; empty if there is none."""
    sources = [HERE / "helpers.sh", *CASES]
    command = [HERE / "fake-system", "bash", "-c", SCRIPT, "bash", name, *sources]
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C",
        "FSTAG_RUN": fstag_run,
        # The leak sanitizer cannot work together with strace.
        "ASAN_OPTIONS": "detect_leaks=0",
    }
    try:
        done = subprocess.run(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return [f"not done after {LIMIT} s"]
    return [done.stdout, f"exit status {done.returncode}"] if done.returncode else []


def main() -> int:
    program, *chosen = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="fstag-test-") as directory:
        # Other users and other roots must be able to execute it, but only root may have access to a
        # build directory.
        os.chmod(directory, 0o755)
        return run_cases(shutil.copy(program, directory), chosen)


def run_cases(fstag_run: str, chosen: list[str]) -> int:
    text = "".join(path.read_text() for path in CASES)
    names = re.findall(r"^case_(\w+)\(\)", text, re.MULTILINE)
    if unknown := set(chosen) - set(names):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    without = NEEDS_STRANGE_PROC if os.environ.get("FSTAG_SANITIZED") else []
    names = [name for name in names if name in (chosen or names) and name not in without]
    reason = missing()
    if reason:
        return tap.skip(reason)
    run = functools.partial(run_case, fstag_run)
    return tap.run([(name.replace("_", " "), functools.partial(run, name)) for name in names])


if __name__ == "__main__":
    sys.exit(main())
