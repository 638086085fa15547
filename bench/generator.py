# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the generator with systemd's own on the same command line, and with a program that does
nothing, to show what it costs to start any program."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
STOCK = "/usr/lib/systemd/system-generators/systemd-fstab-generator"
CMDLINE = "root=fstag:myfs rw quiet"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "SYSTEMD_PROC_CMDLINE": CMDLINE,
    "SYSTEMD_IN_INITRD": "1",
    "SYSTEMD_LOG_TARGET": "null",
}
RUNS = 2000


def compile_c(source: str, program: Path) -> Path:
    subprocess.run(
        ["cc", "-O2", "-D_GNU_SOURCE", "-x", "c", "-", "-o", program],
        input=source,
        text=True,
        check=True,
    )
    return program


def wall_times(scratch: Path, programs: list[str]) -> list[float]:
    spawn = compile_c((HERE / "spawn.c").read_text(), scratch / "spawn")
    done = subprocess.run(
        [spawn, str(RUNS), *programs], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def instructions(program: str) -> int:
    """The instructions that callgrind counts in user space."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        done = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--callgrind-out-file=/dev/null",
                program,
                directory,
                directory,
                directory,
            ],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
        )
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def libraries(program: str) -> str:
    done = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True)
    return " ".join(re.findall(r"NEEDED.*\[(.*)\]", done.stdout))


def table(build: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        empty = compile_c("int main(void) { return 0; }\n", Path(name) / "empty")
        programs = [STOCK, str(build / "generator/fstag-generator"), str(empty)]
        times = wall_times(Path(name), programs)
        counts = [instructions(program) for program in programs]
        linked = [libraries(program) for program in programs]
    rows = [
        f"Generator, '{CMDLINE}': medians of {RUNS} runs in turn",
        "",
        f"{'':16}{'wall':>10}{'ratio':>8}{'instructions':>14}{'ratio':>8}  links",
    ]
    for label, time, count, links in zip(
        ("systemd-fstab", "fstag", "empty program"), times, counts, linked
    ):
        rows.append(
            f"{label:16}{time:>7.0f} µs{time / times[0]:>8.2f}{count:>14,}"
            f"{count / counts[0]:>8.3f}  {links}"
        )
    return rows
