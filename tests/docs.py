#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that the files, headings, tests and messages that the documents name exist. Prints TAP."""

import functools
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import tap  # noqa: E402

SOURCE = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*SOURCE.glob("*.md"), *SOURCE.glob("docs/*.md")])
# The rows of a table whose first column is "message".
MESSAGES = re.compile(r"^\| message \|.*\n\|.*\n((?:\|.*\n)+)", re.MULTILINE)
# Where the names of each kind of test are: the suffix of the files, and the text around the name.
TESTS = {
    "boot": ("toml", '\nname = "{}"\n'),
    "wait": ("py", "def case_{}("),
    "fstag-run": ("sh", "\ncase_{}() {{"),
    "fstag-init": ("py", 'test("{}"'),
    "mount": ("py", "def {}("),
    "dracut": ("py", "def {}("),
    "exitrd": ("py", "def {}("),
    "requirements": ("py", "def {}("),
}


@functools.cache
def read_all(pattern: str) -> str:
    return "".join(path.read_text() for path in sorted(SOURCE.glob(pattern)))


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(document: Path) -> list[str]:
    wrong = []
    for path, anchor in re.findall(r"\]\(([^)#:]*)#?([^):]*)\)", document.read_text()):
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(f"it links to '{path}#{anchor}'")
    return wrong


def has_test(kind: str, name: str) -> bool:
    if kind in ("generator", "shares"):
        return (SOURCE / "tests" / kind / name).is_dir()
    if kind == "unit":
        return any((SOURCE / "tests").rglob(f"test-{name}.c"))
    ending, around = TESTS[kind]
    return around.format(name) in read_all(f"tests/**/*.{ending}")


def check_tests(document: Path) -> list[str]:
    kinds = "|".join(["generator", "shares", "unit", *TESTS])
    found = re.findall(rf"`({kinds}):([^`\n]+)`", document.read_text())
    return [f"no test '{kind}:{name}'" for kind, name in found if not has_test(kind, name)]


def check_messages(document: Path) -> list[str]:
    """Checks the messages of the programs that the document quotes."""
    # Not the comments. A string in C may continue on the next line.
    code = re.sub(r'"\s*\n\s*"', "", read_all("*/*.[ch]"))
    texts = "\n".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', code))
    wrong = []
    for table in MESSAGES.findall(document.read_text()):
        for row in table.splitlines():
            cell = row.split("|")[1]
            wrong += [
                f"no program says '{text}'"
                for text in re.findall(r"`([^`<]+)`", cell)
                if text not in texts and not is_foreign(row)
            ]
    return wrong


def is_foreign(row: str) -> bool:
    """Whether the row is about a message of the kernel or systemd."""
    return row.split("|")[2].strip() in ("the kernel", "systemctl switch-root")


def main() -> int:
    return tap.run(
        [
            (
                f"{document.relative_to(SOURCE)}, {check.__name__.removeprefix('check_')}",
                functools.partial(check, document),
            )
            for document in DOCUMENTS
            for check in (check_links, check_tests, check_messages)
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
