# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads scripts from the documents, so that the tests run what a reader would."""

from __future__ import annotations

import textwrap
from itertools import dropwhile, takewhile
from pathlib import Path

DOCUMENTS = Path(__file__).parents[2] / "docs"
INDENT = "    "


def script(document: str, heading: str) -> str:
    """The first indented block below the heading."""
    lines = (DOCUMENTS / document).read_text().partition(f"\n## {heading}\n")[2].splitlines()
    block = dropwhile(lambda line: not line.startswith(INDENT), lines)
    return textwrap.dedent("\n".join(takewhile(lambda line: line[:4] in ("", INDENT), block)))
