#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls the functions of the dracut module with artificial kernel data, and prints TAP.

From what they store about the root of the host, the generator must make that root again.

usage: run.py MODULE-SETUP INSTALLED-GENERATOR GENERATOR PARSE-FSTAG
"""

import subprocess
import sys

sys.dont_write_bytecode = True

from hidden import HIDDEN, check_hidden  # noqa: E402
from hook import UNITS, check_default_network, check_hook, unshare  # noqa: E402
from module import Module  # noqa: E402
from stored import STORED, check_depends, check_directory, check_stored  # noqa: E402

SKIPPED = " # SKIP no mount namespaces"


def main() -> int:
    setup, installed, generator, hook = sys.argv[1:]
    module = Module(setup, installed, generator)
    share_line = "systemd.volatile=overlay quiet"
    results = {f"stores {name}": check_stored(module, generator, name) for name in STORED}
    results |= {
        f"under an overlay, {line}": check_hidden(module, line, belongs)
        for line, belongs in HIDDEN.items()
    }
    results["a directory of a share"] = check_directory(module)
    results["under an overlay, stored, share"] = check_hidden(module, share_line, True, True)
    results["under an overlay, no share"] = check_hidden(module, share_line, False)
    results["depends on the network"] = check_depends(module, "trans=tcp,port=564", True)
    results["does not depend on the network"] = check_depends(module, "trans=virtio", False)
    can_unshare = subprocess.run([*unshare(), "true"], stderr=subprocess.DEVNULL).returncode == 0
    results |= {
        f"hook, {name}": check_hook(generator, hook, *case) if can_unshare else SKIPPED
        for name, case in UNITS.items()
    }
    results |= {
        f"networkd, default network from dracut: {has}": check_default_network(generator, hook, has)
        if can_unshare
        else SKIPPED
        for has in (False, True)
    }
    print(f"1..{len(results)}")
    for number, (name, reason) in enumerate(results.items(), 1):
        failed = reason not in ("", SKIPPED)
        print(f"{'not ok' if failed else 'ok'} {number} - {name}{reason if not failed else ''}")
        if failed:
            print(f"# {reason}")
    return any(reason not in ("", SKIPPED) for reason in results.values())


if __name__ == "__main__":
    sys.exit(main())
