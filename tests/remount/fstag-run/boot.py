#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boots a machine that lives in its initramfs, runs the cases of cases.sh in it, and prints TAP.

usage: boot.py FSTAG-RUN [SUITE...]        as root, else everything is skipped

The initramfs is made of this host's programs; the kernel is that of the suite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "tools"))

from guest import host, suite  # noqa: E402
from guest.cpio import Overlay  # noqa: E402
from guest.machine import Machine  # noqa: E402
from guest.namespace import run_isolated  # noqa: E402

PROGRAMS = ("bash sh cat cmp echo env grep insmod ln ls mkdir mknod mount mountpoint mv printf pwd "
            "readlink rm rmdir sed setpriv sleep sort stat strace taskset test timeout touch tr "
            "true umount uniq unshare wc chroot pivot_root").split()
# Since Linux 7.0 an initramfs has a parent.
GOOD_ROOT = ["works_for_user", "exit_status", "arguments", "works_with"]
LIMIT = 400


def case_names() -> list[str]:
    return re.findall(r"^case_(\w+)\(\)", (HERE / "cases.sh").read_text(), re.MULTILINE)


def add_program(overlay: Overlay, path: Path) -> None:
    """With the libraries that it is linked to."""
    overlay.file(f"/usr/bin/{path.name}", path.read_bytes(), 0o755)
    done = subprocess.run(["ldd", path], capture_output=True, text=True)
    for library in map(Path, re.findall(r"(/\S+) \(0x", done.stdout)):
        # The directory may be a link, and is one in the archive, too.
        where = library.parent.resolve() / library.name
        overlay.file(str(where), library.read_bytes(), 0o755)


def make_initramfs(tree: suite.Tree, fstag_run: Path) -> Path:
    overlay = Overlay()
    for name in ("bin", "lib", "lib64", "sbin"):
        overlay.link(f"/{name}", f"usr/{name}")
    overlay.link("/usr/sbin", "bin")
    for name in PROGRAMS:
        add_program(overlay, Path(host.find_program(name)))
    add_program(overlay, fstag_run)
    overlay.file("/init", (HERE / "guest-init").read_bytes(), 0o755)
    overlay.file("/cases.sh", (HERE / "cases.sh").read_bytes())
    modules = tree.path / "usr/lib/modules" / tree.kernel_release
    for module in modules.glob("kernel/fs/overlayfs/overlay.ko*"):
        overlay.file(f"/{module.name}", module.read_bytes())
    path = host.new_scratch("initramfs") / "initramfs"
    path.write_bytes(overlay.archive())
    return path


def boot(name: str, fstag_run: Path) -> dict[str, str]:
    """What each case said: "" where it is good."""
    tree = suite.get_tree(name)
    cases = GOOD_ROOT if name == "forky" else case_names()
    log = host.new_scratch("log") / "console"
    machine = Machine(tree.kernel, make_initramfs(tree, fstag_run),
                      f"FSTAG_CASES={','.join(cases)}", [], log)
    results = {f"{case} ({name})": "did not run" for case in cases}
    with machine:
        machine.console.wait_for("FSTAG-CASE end", LIMIT)
        for line in machine.console.lines:
            found = re.search(r"FSTAG-CASE (not )?ok (\w+)(.*)", line.text)
            if found:
                results[f"{found[2]} ({name})"] = found[3] if found[1] else ""
        if "did not run" in results.values():
            print("".join(f"# {line.text}\n" for line in machine.console.lines[-20:]), end="")
    return results


def run(fstag_run: Path, suites: list[str]) -> int:
    results: dict[str, str] = {}
    for name in suites:
        results |= boot(name, fstag_run)
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results.items(), 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name.replace('_', ' ')}"
              f"{' # ' + wrong if wrong else ''}")
    return 1 if any(results.values()) else 0


def main() -> int:
    fstag_run, *suites = sys.argv[1:]
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return 0
    return run_isolated(lambda: run(Path(fstag_run).resolve(), suites or list(suite.SUITES)))


if __name__ == "__main__":
    host.exit_with(main)
