#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls the functions of the dracut module with artificial kernel data, and prints TAP.

From what they store about the root of the host, the generator must make that root again.

usage: run.py MODULE-SETUP INSTALLED-GENERATOR GENERATOR PARSE-FSTAG
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1]))

import tap  # noqa: E402
from hidden import HIDDEN, check_hidden  # noqa: E402
from hook import UNITS, check_default_network, check_hook, unshare  # noqa: E402
from module import Module  # noqa: E402
from stored import STORED, check_depends, check_directory, check_stored  # noqa: E402


def check(function: Callable[..., str], *arguments) -> Callable[[], list[str]]:
    def call() -> list[str]:
        reason = function(*arguments)
        return [reason] if reason else []

    return call


def hook_tests(generator: str, hook: str) -> list:
    tests = [
        (f"hook, {name}", check(check_hook, generator, hook, *case)) for name, case in UNITS.items()
    ]
    tests += [
        (f"networkd, its own default: {has}", check(check_default_network, generator, hook, has))
        for has in (False, True)
    ]
    if subprocess.run([*unshare(), "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return tests
    return [(f"{name} # SKIP no mount namespaces", list) for name, _ in tests]


def main() -> int:
    setup, installed, generator, hook = sys.argv[1:]
    module = Module(setup, installed, generator)
    share_line = "systemd.volatile=overlay quiet"
    tests = [(f"stores {name}", check(check_stored, module, generator, name)) for name in STORED]
    tests += [
        (f"under an overlay, {line}", check(check_hidden, module, line, belongs))
        for line, belongs in HIDDEN.items()
    ]
    tests += [
        ("a directory of a share", check(check_directory, module)),
        ("under an overlay, stored, share", check(check_hidden, module, share_line, True, True)),
        ("under an overlay, no share", check(check_hidden, module, share_line, False)),
        ("depends on the network", check(check_depends, module, "trans=tcp,port=564", True)),
        ("does not depend on the network", check(check_depends, module, "trans=virtio", False)),
    ]
    return tap.run(tests + hook_tests(generator, hook))


if __name__ == "__main__":
    sys.exit(main())
