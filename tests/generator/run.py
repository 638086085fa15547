#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a generator on its case directories, and prints TAP.

Those of fstag-generator are next to this file, those of fstag-shares-generator in tests/shares.

A case is a directory with
  cmdline   the kernel command line ($SYSTEMD_PROC_CMDLINE); without it, the generator reads
            tree/proc/cmdline
  env       additional environment, one KEY=VALUE per line
  tree/     the root directory for the generator ($FSTAG_ROOT)
  before/   the initial contents of the three directories
  expected/ their contents afterwards; without it, nothing
  common    the parts of common/ that are expected as well, or "nothing"; the default, if there is
            expected/, is "root refused" with an rc and "root sysroot without-usr" without one.
            tests/shares has no such parts
  stderr    the output, if any
  rc        the exit status, if it is not 0

The parts of common/ are for
  root         every root that fstag handles: the drop-ins, and no wait for a block device
  sysroot      a root that is mounted
  without-usr  a root without a separate /usr
  usr          a /usr that fstag handles
  refused      a root that is refused
  usr-refused  a /usr whose root is refused as well
  remount      an initramfs that fstag-remount.service copies

Some symbolic links lead into the directory of fstag's helpers: $FSTAG_HELPERDIR, which the cases
write as /usr/lib/fstag.

usage: run.py GENERATOR [CASE...]        with UPDATE=1, rewrites the expected files
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIRECTORY = {"fstag-shares-generator": HERE.parent / "shares"}
sys.dont_write_bytecode = True
sys.path.append(str(HERE.parent))

import tap  # noqa: E402

DIRECTORIES = ("normal", "early", "late")
PARTS = ("root", "sysroot", "without-usr", "usr", "refused", "usr-refused", "remount")
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


def find_cases(names: list[str], directory: Path = HERE) -> list[Path]:
    return sorted(p for p in directory.glob("[0-9]*") if not names or p.name in names)


def describe(path: Path, mode: int | None = None) -> str:
    """What must be equal for a file: its type, mode and contents."""
    if path.is_symlink():
        helperdir = os.environ.get("FSTAG_HELPERDIR", HELPERDIR)
        return f"link to {os.readlink(path).replace(helperdir, HELPERDIR)}"
    if path.is_dir():
        return f"directory {mode or path.stat().st_mode & 0o7777:04o}"
    return f"file {mode or path.stat().st_mode & 0o7777:04o}\n{path.read_text()}"


def snapshot(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): describe(path) for path in root.rglob("*")}


def snapshot_expected(tree: Path) -> dict[str, str]:
    """Uses the modes that the generator sets, because those of a checkout may differ."""
    return {
        str(path.relative_to(tree)): describe(path, 0o755 if path.is_dir() else 0o644)
        for path in tree.rglob("*")
    }


def files_of(found: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in found.items() if not text.startswith("directory")}


def common_of(case: Path) -> Path:
    return case.parent / "common"


def default_parts(case: Path) -> list[str]:
    if not (case / "expected").exists() or not common_of(case).exists():
        return []
    return ["root", "refused"] if (case / "rc").exists() else ["root", "sysroot", "without-usr"]


def expected_trees(case: Path) -> list[Path]:
    """The trees whose union is the expected files; they have no file in common."""
    if (case / "common").exists():
        parts = [part for part in read(case / "common").split() if part != "nothing"]
    else:
        parts = default_parts(case)
    return [common_of(case) / part for part in parts] + [case / "expected"]


def expect(case: Path) -> dict[str, str]:
    found = {name: "directory 0755" for name in DIRECTORIES}
    for tree in expected_trees(case):
        more = snapshot_expected(tree)
        twice = files_of(found).keys() & files_of(more).keys()
        if twice or not (more or tree.parent == case):
            raise ValueError(f"{tree} is empty, or has files of another part: {sorted(twice)}")
        found |= more
    return found


def difference(expected: dict[str, str], actual: dict[str, str]) -> list[str]:
    lines = []
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            lines += [
                f"{name}:",
                f"  expected: {expected.get(name, 'nothing')}",
                f"  got:      {actual.get(name, 'nothing')}",
            ]
    return lines


def find_parts(common: Path, files: dict[str, str]) -> list[str]:
    """The parts of common/ whose files are all present."""
    parts, seen = [], set()
    for tree in sorted(common.glob("*"), key=lambda tree: PARTS.index(tree.name)):
        part = files_of(snapshot_expected(tree))
        if part.items() <= files.items() and not part.keys() & seen:
            parts.append(tree.name)
            seen |= part.keys()
    return parts


def write_text(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    if text:
        path.write_text(text)


def update(case: Path, out: Path, stderr: str, rc: int) -> None:
    write_text(case / "stderr", stderr)
    write_text(case / "rc", f"{rc}\n" if rc else "")
    shutil.rmtree(case / "expected", ignore_errors=True)
    files = files_of(snapshot(out))
    parts = find_parts(common_of(case), files)
    common = {name for part in parts for name in snapshot_expected(common_of(case) / part)}
    for name in files.keys() - common:
        path = case / "expected" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(out / name, path, follow_symlinks=False)
    same = parts == default_parts(case)
    write_text(case / "common", "" if same else " ".join(parts or ["nothing"]) + "\n")


def copy_before(case: Path, out: Path) -> None:
    """With the modes that are expected afterwards: a checkout may have others."""
    shutil.copytree(case / "before", out, symlinks=True, dirs_exist_ok=True)
    for path in out.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)


def run_case(generator: str, case: Path) -> list[str]:
    """The differences between what the generator writes and what the case expects."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        for directory in DIRECTORIES:
            (out / directory).mkdir()
        if (case / "before").exists():
            copy_before(case, out)
        done = subprocess.run(
            [generator, *DIRECTORIES],
            cwd=out,
            env=environment(case),
            capture_output=True,
            text=True,
            timeout=10,
            umask=0o022,
        )
        if os.environ.get("UPDATE"):
            update(case, out, done.stderr, done.returncode)
            return []
        lines = difference(expect(case), snapshot(out))
        lines += difference(
            {"stderr": read(case / "stderr"), "rc": read(case / "rc", "0\n")},
            {"stderr": done.stderr, "rc": f"{done.returncode}\n"},
        )
        return lines


def main() -> int:
    generator, *names = sys.argv[1:]
    cases = find_cases(names, DIRECTORY.get(Path(generator).name, HERE))
    if unknown := set(names) - {case.name for case in cases}:
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    run = functools.partial(run_case, os.path.abspath(generator))
    return tap.run([(case.name, functools.partial(run, case)) for case in cases])


if __name__ == "__main__":
    sys.exit(main())
