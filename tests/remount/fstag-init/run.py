#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs fstag-init on separate file systems, in a mount namespace, and compares whole trees.

Usage: run.py FSTAG-INIT PROBE FAULT FSTAG-REMOUNT [TEST...]. Prints TAP.
"""

from __future__ import annotations

import functools
import sys
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[2]))

# Each module adds its tests to the list, in this order.
import identical  # noqa: E402, F401
import parameters  # noqa: E402, F401
import reconfigure  # noqa: E402, F401
import refused  # noqa: E402, F401
import real_init  # noqa: E402, F401
import mounts  # noqa: E402, F401
import unmovable  # noqa: E402, F401
import held  # noqa: E402, F401
import loop  # noqa: E402, F401
import service  # noqa: E402, F401
import failures  # noqa: E402, F401
import tap  # noqa: E402
from case import Failed, tests  # noqa: E402
from namespace import Programs, isolate  # noqa: E402


def run_test(name: str, programs: Programs) -> list[str]:
    try:
        tests[name](programs)
    except Failed as failed:
        return [str(failed)]
    except Exception:
        return [traceback.format_exc()]
    return []


def main() -> int:
    isolate()
    programs = Programs(*(Path(argument).resolve() for argument in sys.argv[1:5]))
    chosen = [name for name in tests if not sys.argv[5:] or any(n in name for n in sys.argv[5:])]
    if not chosen:
        sys.exit(f"no test with '{' or '.join(sys.argv[5:])}' in its name")
    return tap.run([(name, functools.partial(run_test, name, programs)) for name in chosen])


if __name__ == "__main__":
    sys.exit(main())
