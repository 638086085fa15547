# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes system calls fail: the initramfs must be unchanged, or have arrived completely."""

from __future__ import annotations

import errno
import random
from concurrent.futures import ProcessPoolExecutor

from case import (
    EACH_CALL,
    FEWER,
    ONE,
    Failed,
    expect,
    expect_identical,
    expect_init,
    fill,
    some,
    test,
)
from namespace import Programs, mounted, start_probe

RANDOM_RUNS = 200 // FEWER


def one_failure(
    programs: Programs, fs: str, number: int, error: int, cpus: set[int] | None
) -> str | None:
    """What is wrong after one failure, or None; "end" if there is no such call."""
    with mounted(fs) as root:
        before = fill(programs, root, fs)
        result = start_probe(programs, root, "", fault=(number, error), cpus=cpus)
        try:
            expect_init(result)
            expect_identical(before, root)
        except Failed as failed:
            return f"call {number} ({result.errors.splitlines()[0]}): {failed}"
        return "end" if result.errors.startswith("none") else None


def count_calls(programs: Programs, fs: str, cpus: set[int] | None) -> int:
    with mounted(fs) as root:
        fill(programs, root, fs)
        return int(start_probe(programs, root, "", cpus=cpus).errors.split()[2])


@test(f"{EACH_CALL} fails once, from a tmpfs", "tmpfs", errno.EIO)
@test(f"{EACH_CALL} fails once, from a ramfs", "ramfs", errno.ENOMEM)
def each_call_fails(programs: Programs, fs: str, error: int) -> None:
    calls = count_calls(programs, fs, ONE)
    expect(calls > 300, f"only {calls} calls")
    check_failures(programs, fs, [(number, error) for number in some(range(1, calls + 1))], ONE)


@test(f"{RANDOM_RUNS} random failures with threads")
def random_failures(programs: Programs) -> None:
    calls, noise = count_calls(programs, "tmpfs", None), random.Random()
    errors = (errno.EIO, errno.ENOMEM, errno.ENOSPC)
    failures = [(noise.randrange(100, calls), noise.choice(errors)) for _ in range(RANDOM_RUNS)]
    # fault.c spares the calls for libc's own locks, whose failure would end the program.
    check_failures(programs, "tmpfs", failures, None)


def check_failures(
    programs: Programs, fs: str, failures: list[tuple[int, int]], cpus: set[int] | None
) -> None:
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(one_failure, programs, fs, *failure, cpus) for failure in failures]
        told = [text for job in jobs if (text := job.result()) not in (None, "end")]
    expect(not told, f"{len(told)} of {len(failures)}: " + "; ".join(told[:3]))
