# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the test results of meson and prints "<passed> <failed>".

meson counts each program as one test. This program counts each line if the output is TAP.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

PASSES = ("OK", "EXPECTEDFAIL")
TAP = re.compile(r"^(not )?ok\b(.*)$", re.MULTILINE)


def count(log: Path, strict: bool) -> tuple[int, int]:
    passed = failed = 0
    for line in log.read_text().splitlines():
        result = json.loads(line)
        good, bad, skipped = count_points(result.get("stdout") or "")
        if good + bad + skipped == 0:
            good = int(result["result"] in PASSES)
            skipped = int(result["result"] == "SKIP")
            bad = 1 - good - skipped
        elif bad == 0 and result["result"] not in (*PASSES, "SKIP"):
            # No test point failed, but the program did: it stopped halfway.
            bad = 1
        passed += good
        failed += bad + (skipped if strict else 0)
    return passed, failed


def count_points(output: str) -> tuple[int, int, int]:
    good = bad = skipped = 0
    for negation, rest in TAP.findall(output):
        if re.search(r"#\s*skip", rest, re.IGNORECASE):
            skipped += 1
        elif negation:
            bad += 1
        else:
            good += 1
    return good, bad, skipped


if __name__ == "__main__":
    print(*count(Path(sys.argv[1]), os.environ.get("FSTAG_TEST_STRICT") == "1"))
