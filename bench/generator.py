# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the generators with systemd's own on the same command line and fstab, and with a program
that does nothing, to show what it costs to start any program."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
STOCK = "/usr/lib/systemd/system-generators/systemd-fstab-generator"
CMDLINE = "root=fstag:myfs rw quiet"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "SYSTEMD_PROC_CMDLINE": CMDLINE,
    "SYSTEMD_IN_INITRD": "1",
    "SYSTEMD_LOG_TARGET": "null",
    "SYSTEMD_FSTAB": "/dev/null",
    "SYSTEMD_SYSROOT_FSTAB": "/dev/null",
}
DISK = "UUID=0123-4567 / ext4 errors=remount-ro 0 1\nUUID=89AB-CDEF /boot/efi vfat umask=0077 0 1\n"
SHARE = "data /srv/data virtiofs nofail 0 0\n"
RUNS = 2000


def compile_c(source: str, program: Path) -> Path:
    subprocess.run(
        ["cc", "-O2", "-D_GNU_SOURCE", "-x", "c", "-", "-o", program],
        input=source,
        text=True,
        check=True,
    )
    return program


def wall_times(scratch: Path, programs: list[str], environment: dict[str, str]) -> list[float]:
    spawn = compile_c((HERE / "spawn.c").read_text(), scratch / "spawn")
    done = subprocess.run(
        [spawn, str(RUNS), *programs], env=environment, capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def instructions(program: str, environment: dict[str, str]) -> int:
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
            env=environment,
            capture_output=True,
            text=True,
        )
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def libraries(program: str) -> str:
    done = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True)
    return " ".join(re.findall(r"NEEDED.*\[(.*)\]", done.stdout))


def compare(title: str, generator: Path, environment: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        empty = compile_c("int main(void) { return 0; }\n", Path(name) / "empty")
        programs = [STOCK, str(generator), str(empty)]
        times = wall_times(Path(name), programs, environment)
        counts = [instructions(program, environment) for program in programs]
        linked = [libraries(program) for program in programs]
    rows = [
        f"{title}: medians of {RUNS} runs in turn",
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


def tables(build: Path) -> Iterator[list[str]]:
    yield compare(f"Generator, '{CMDLINE}'", build / "generator/fstag-generator", ENVIRONMENT)
    shares = build / "shares/fstag-shares-generator"
    system = ENVIRONMENT | {
        "SYSTEMD_IN_INITRD": "0",
        "SYSTEMD_PROC_CMDLINE": "root=UUID=x ro quiet",
    }
    for title, text in (("no share", DISK), ("one share", DISK + SHARE)):
        with tempfile.NamedTemporaryFile("w") as fstab:
            fstab.write(text)
            fstab.flush()
            environment = system | {"SYSTEMD_FSTAB": fstab.name}
            yield compare(f"Running system, {title} in /etc/fstab", shares, environment)
