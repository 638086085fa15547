#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the generator on the case directories beside this file, and prints TAP.

A case is a directory with
  cmdline   the kernel command line ($SYSTEMD_PROC_CMDLINE); where it lacks, the generator reads
            tree/proc/cmdline
  env       more environment, a KEY=VALUE on each line
  tree/     what the generator sees as the root directory ($FSTAG_ROOT)
  before/   what is in the three directories already
  expected/ the three directories afterwards; a directory with nothing in it holds .empty
  stderr    what it prints, where that is anything
  rc        its exit status, where that is not 0

Links lead into the directory of fstag's helpers: $FSTAG_HELPERDIR, in the cases /usr/lib/fstag.

usage: run.py GENERATOR [CASE...]        UPDATE=1 writes what comes out as what is expected.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DIRECTORIES = ("normal", "early", "late")
HELPERDIR = "/usr/lib/fstag"


def read(path: Path, default: str = "") -> str:
    return path.read_text() if path.exists() else default


def environment(case: Path) -> dict[str, str]:
    env = {"PATH": "/usr/bin:/bin", "SYSTEMD_IN_INITRD": "1"}
    if (case / "cmdline").exists():
        env["SYSTEMD_PROC_CMDLINE"] = read(case / "cmdline").removesuffix("\n")
    if (case / "tree").exists():
        env["FSTAG_ROOT"] = str(case / "tree")
    env.update(line.split("=", 1) for line in read(case / "env").splitlines())
    return env


def describe(path: Path) -> str:
    """All that counts of one file: type, mode, and what is in it."""
    if path.is_symlink():
        helperdir = os.environ.get("FSTAG_HELPERDIR", HELPERDIR)
        return f"link to {os.readlink(path).replace(helperdir, HELPERDIR)}"
    mode = f"{path.stat().st_mode & 0o7777:04o}"
    if path.is_dir():
        return f"directory {mode}"
    return f"file {mode}\n{path.read_text()}"


def snapshot(root: Path) -> dict[str, str]:
    found = {}
    for path in sorted(root.rglob("*")):
        if path.name != ".empty":
            found[str(path.relative_to(root))] = describe(path)
    return found


def difference(expected: dict[str, str], actual: dict[str, str]) -> list[str]:
    lines = []
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            lines += [f"{name}:", f"  expected: {expected.get(name, 'nothing')}",
                      f"  got:      {actual.get(name, 'nothing')}"]
    return lines


def update(case: Path, out: Path, stderr: str, rc: int) -> None:
    shutil.rmtree(case / "expected", ignore_errors=True)
    shutil.copytree(out, case / "expected", symlinks=True)
    for directory in DIRECTORIES:
        if not any((case / "expected" / directory).iterdir()):
            (case / "expected" / directory / ".empty").touch()
    for name, text in (("stderr", stderr), ("rc", f"{rc}\n" if rc else "")):
        (case / name).unlink(missing_ok=True)
        if text:
            (case / name).write_text(text)


def run_case(generator: str, case: Path) -> list[str]:
    """The ways in which the case differs from what is expected."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        for directory in DIRECTORIES:
            (out / directory).mkdir()
        if (case / "before").exists():
            shutil.copytree(case / "before", out, symlinks=True, dirs_exist_ok=True)
        done = subprocess.run([generator, *DIRECTORIES], cwd=out, env=environment(case),
                              capture_output=True, text=True, timeout=10, umask=0o022)
        if os.environ.get("UPDATE"):
            update(case, out, done.stderr, done.returncode)
            return []
        lines = difference(snapshot(case / "expected"), snapshot(out))
        lines += difference({"stderr": read(case / "stderr"), "rc": read(case / "rc", "0\n")},
                            {"stderr": done.stderr, "rc": f"{done.returncode}\n"})
        return lines


def main() -> int:
    generator, *names = sys.argv[1:]
    cases = sorted(p for p in HERE.iterdir() if p.is_dir() and (not names or p.name in names))
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        lines = run_case(os.path.abspath(generator), case)
        failed += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {case.name}")
        print("".join(f"# {line}\n" for text in lines for line in text.splitlines()), end="")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
