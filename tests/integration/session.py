# SPDX-License-Identifier: LGPL-2.1-or-later
"""Boots cases and prints which of them passed, for tests/integration/run and soak."""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import judge
import systems
from boot import Boot
from case import Case
from guest import accel, host, image, mkosi, suite, virtiofsd
from shares import Programs

SOURCE = Path(__file__).resolve().parents[2]
PROGRAMS = ("init", "uevents", "attach-ubi", "submounts", "attributes", "load-kernel")


@dataclass(frozen=True)
class Run:
    case: Case
    suite: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of both programs."""
    parser.add_argument(
        "--build",
        type=Path,
        default=SOURCE / "build",
        help="build directory (default: build)",
    )
    parser.add_argument("--list", action="store_true", help="only print what would run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="machines at a time")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="also keep the console logs of cases that pass, in ~/.cache/fstag/logs",
    )
    parser.add_argument(
        "--append", default="", metavar="WORDS", help="more words for the kernel command line"
    )
    parser.add_argument("--summary", type=Path, help="write '<passed> <failed>' into this file")


class Session:
    """What all boots of a program share."""

    def __init__(self, arguments: argparse.Namespace, runs: list[Run]) -> None:
        self.keep = arguments.keep
        self.append = arguments.append
        self.logs = host.cache_dir() / "logs"
        self.logs.mkdir(exist_ok=True)
        self.programs = Programs(*map(compile_program, PROGRAMS))
        self.fstag = image.install_fstag(arguments.build)
        self.trees: dict[str, suite.Tree] = {}
        self.initrds: dict[tuple[str, str], Path] = {}
        self.servers: dict[str, virtiofsd.Server] = {}
        self.images: dict[tuple[str, str], mkosi.Image] = {}
        for run in runs:
            self._prepare(run)
        self.emulated = not accel.has_kvm(next(iter(self.trees.values())).kernel)
        if self.emulated:
            print("# KVM does not work here: the machines are emulated", flush=True)

    def boot(self, run: Run) -> bool:
        name = f"{run.case.name} ({run.suite})"
        log = self.logs / f"{run.suite}-{run.case.name}.log"
        tree, initrd = self._tree(run), self.initrds[run.suite, run.case.image]
        case = replace(run.case, cmdline=f"{run.case.cmdline} {self.append}".strip())
        kernel, server = self._kernel(run), self.servers[run.suite]
        start = time.monotonic()
        try:
            told = self._try(
                Boot(case, tree, initrd, self.fstag, self.programs, log, kernel, server)
            )
        except (judge.Failed, host.GuestError, OSError) as error:
            print(f"not ok {name} {time.monotonic() - start:.1f} s: {error}; see {log}", flush=True)
            return False
        extra = f": {told}" if told else ""
        if self.keep:
            extra += f"; see {log}"
        else:
            for path in log.parent.glob(f"{log.stem}.*"):  # those of its neighbours, too
                path.unlink()
        print(f"ok {name} {time.monotonic() - start:.1f} s{extra}", flush=True)
        return True

    def _kernel(self, run: Run) -> Path:
        return self.trees[run.case.kernel].kernel if run.case.kernel else self._tree(run).kernel

    def _tree(self, run: Run) -> suite.Tree:
        """The tree of the suite, or an image that was made with it."""
        return self.images.get((run.suite, run.case.image), self.trees[run.suite])

    def _try(self, boot: Boot) -> str:
        try:
            return self._run(boot)
        except judge.Slow as slow:
            if not self.emulated:
                raise
            # A delay that fstag causes occurs the second time as well.
            return f"{self._run(boot)} (second try; first: {slow})"

    @staticmethod
    def _run(boot: Boot) -> str:
        with host.scratch_scope():
            return boot.run()

    def _prepare_tree(self, name: str) -> None:
        if name not in self.trees:
            if not suite.cached_path(name).exists():
                print(f"# makes the Debian tree of {name}", flush=True)
            self.trees[name] = suite.get_tree(name)

    def _prepare(self, run: Run) -> None:
        for name in {run.suite, run.case.kernel or run.suite}:
            self._prepare_tree(name)
        if run.suite not in self.servers:
            self.servers[run.suite] = virtiofsd.of_suite(self.trees[run.suite])
        key = (run.suite, run.case.image)
        if key not in self.initrds:
            self.initrds[key] = self._make_initrd(run)

    def _make_initrd(self, run: Run) -> Path:
        tree = self.trees[run.suite]
        if run.case.image in systems.NAMES:
            return systems.make(run.case.image, tree, self.fstag)
        if run.case.image == mkosi.NAME:
            made = mkosi.get_image(tree, self.fstag)
            self.images[run.suite, mkosi.NAME] = made
            return made.initrd
        return image.get_initrd(tree, self.fstag, run.case.image)


def compile_program(name: str) -> Path:
    source = Path(__file__).with_name("guest") / f"{name}.c"
    program = host.scratch_dir() / name
    host.run(["gcc", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-static", "-o", program, source])
    return program


def boot_all(arguments: argparse.Namespace, runs: list[Run]) -> list[Run]:
    """Boots them in an isolated namespace, prints and writes the summary; returns what failed."""
    session = Session(arguments, runs)
    # Not as a context manager, which waits for unfinished boots even if this program has to end at
    # once. The namespace ends them.
    pool = ThreadPoolExecutor(max(1, arguments.jobs))
    results = [*pool.map(session.boot, runs)]
    failures = [run for run, passed in zip(runs, results) if not passed]
    passed = len(runs) - len(failures)
    if arguments.summary:
        arguments.summary.write_text(f"{passed} {len(failures)}\n")
    print(f"# boots: {passed} passed, {len(failures)} failed")
    return failures
