# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs tests and prints their results as TAP."""

from collections.abc import Callable, Sequence


def run(tests: Sequence[tuple[str, Callable[[], list[str]]]]) -> int:
    """Takes the name of each test, and what returns a description of its failure or nothing.

    Returns the exit status.
    """
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        wrong = test()
        failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        lines = [line for text in wrong for line in text.splitlines()]
        print("".join(f"# {line}\n" for line in lines), end="", flush=True)
    return failed > 0


def skip(reason: str) -> int:
    """For all tests of a program. Returns the exit status."""
    print(f"1..0 # SKIP {reason}")
    return 0
