#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the cases of cases.sh, each in a separate fake system, and prints TAP.

usage: run.py FSTAG-RUN [CASE...]        as root; skips everything otherwise

If $FSTAG_SANITIZED is set, fstag-run is built with sanitizers, which need the /proc of their own
PID namespace.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CASES = HERE / "cases.sh"
LIMIT = 60
NEEDS_STRANGE_PROC = ["proc_of_inner_pid_namespace"]
# The case runs at the top level: inside `if` or `||`, the shell would continue after errors.
SCRIPT = 'set -euo pipefail; source "$1"; "case_$2"'


def missing() -> str:
    """Why the cases cannot run here; empty if they can."""
    if os.geteuid() != 0:
        return "needs root"
    done = subprocess.run([HERE / "fake-system", "true"], capture_output=True, text=True)
    return done.stderr.strip().replace("\n", "; ") if done.returncode else ""


def run_case(fstag_run: str, name: str) -> str:
    """A description of the failure; empty if there is none."""
    command = [HERE / "fake-system", "bash", "-c", SCRIPT, "bash", CASES.resolve(), name]
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
        return f"not done after {LIMIT} s"
    return f"{done.stdout}exit status {done.returncode}" if done.returncode else ""


def main() -> int:
    program, *chosen = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="fstag-test-") as directory:
        # Other users and other roots must be able to execute it, but only root may have access to a
        # build directory.
        os.chmod(directory, 0o755)
        return run_cases(shutil.copy(program, directory), chosen)


def run_cases(fstag_run: str, chosen: list[str]) -> int:
    names = re.findall(r"^case_(\w+)\(\)", CASES.read_text(), re.MULTILINE)
    without = NEEDS_STRANGE_PROC if os.environ.get("FSTAG_SANITIZED") else []
    names = [name for name in names if name in (chosen or names) and name not in without]
    reason = missing()
    if reason:
        print(f"1..0 # SKIP {reason}")
        return 0
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        wrong = run_case(fstag_run, name)
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name.replace('_', ' ')}")
        print("".join(f"# {line}\n" for line in wrong.splitlines()), end="", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
