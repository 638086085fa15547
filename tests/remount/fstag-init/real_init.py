# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests which program PID 1 executes next, depending on what has executed fstag-init, and that this
does not go on without end."""

from __future__ import annotations

import shutil
from pathlib import Path

from case import MOVED, expect, expect_source, fill, test
from namespace import INIT, PROBE, Programs, Result, mounted, start

SYSTEMD = "/usr/lib/systemd/systemd"


def add_programs(programs: Programs, root: Path, paths: tuple[str, ...]) -> None:
    """Each is a copy of the probe; "path -> target" is a symbolic link."""
    for path in paths:
        path, _, target = path.partition(" -> ")
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if target:
            place.symlink_to(target)
        else:
            shutil.copy(programs.probe, place)


def expect_program(result: Result, *expected: str) -> None:
    found = result.values("argument")
    expect(found == list(expected), f"{found}, after {result.values('again')}: {result.errors}")


@test("init= without a root to come", "init=/probe", "/probe")
@test("init= with a root to come is not for the initramfs", "init=/bin/x root=x", "/init")
@test("the image's /init", "", "/init")
@test("fstag.init= takes precedence", "fstag.init=/probe init=/init", "/probe")
@test("fstag.init= that does not exist", "fstag.init=/absent", "/init")
def by_kernel(programs: Programs, cmdline: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        add_programs(programs, root, ("/init", "/sbin/init", SYSTEMD))
        # All words that the kernel passes on are arguments, and none is the next program.
        for words in (["word"], ["/sbin/init"], ["--help"], ["-s", "/probe", "a b"]):
            result = start(programs, root, f"{cmdline} rdinit=/{INIT}", *words)
            expect_program(result, expected, *words)
        expect_source(root, MOVED)


@test("systemd if /init is the early init", "/init -> fstag-init", SYSTEMD)
@test(
    "systemd if /init is a link to a link to the early init",
    ("/init -> a", "/a -> /fstag-init"),
    SYSTEMD,
)
@test(
    "no program that is a link to the early init",
    ("/init -> fstag-init", f"{SYSTEMD} -> /fstag-init"),
    "/sbin/init",
)
def by_init(programs: Programs, links: str | tuple[str, ...], expected: str) -> None:
    links = (links,) if isinstance(links, str) else links
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        if len(links) == 2 and links[1].startswith("/a "):
            shutil.rmtree(root / "a")
        others = tuple(path for path in (SYSTEMD, "/sbin/init") if not links[-1].startswith(path))
        add_programs(programs, root, (*links, *others))
        expect_program(
            start(programs, root, "", "/sbin/init", path="/init"), expected, "/sbin/init"
        )
        expect_source(root, MOVED)


ODD = "/:%3A%%,=\\\x01\udcffü:"
ALL = ("/init", "/sbin/init", "/etc/init", "/bin/init", "/bin/sh", "/next", "/w:1", ODD)
# The command line, the first program, the programs that execute fstag-init, their arguments, and
# what fstag-init must execute in the end.
ROUNDS = {
    "/init, with a program": ("", "/init", "/init", "/next one two", "/next one two"),
    "/init, with words": ("", "/init", "/init", "single -s", "/sbin/init single -s"),
    "/init, with nothing": ("", "/init", "/init", "", "/sbin/init"),
    "/init, with nothing, and a root to come": ("root=x", "/init", "/init", "", "/sbin/init"),
    "/init, with itself": ("", "/init", "/init", "/init a", "/sbin/init a"),
    "/init, with fstag-init": ("", "/init", "/init", "/fstag-init a", "/sbin/init a"),
    "/init, with an absent program": ("", "/init", "/init", "/absent a", "/sbin/init a"),
    "/init, and fstag.init= takes precedence": (
        "fstag.init=/etc/init",
        "/init",
        "/init",
        "/next a",
        "/etc/init a",
    ),
    "/init, with a program and init=": ("init=/etc/init", "/init", "/init", "/next a", "/next a"),
    "/init and another": ("", "/init", "/init:/sbin/init", "", "/etc/init"),
    "all but the shell": ("", "/init", ":".join(ALL[:4]), "", "/bin/sh"),
    "rdinit=, whose /init is still to come": ("rdinit=/next", "/next", "/next", "", "/init"),
    "rdinit= and /init": ("rdinit=/next", "/next", "/next:/init", "", "/sbin/init"),
    "a program executed before": ("rdinit=/fstag-init", "/fstag-init", "/init", "", "/sbin/init"),
    "a program executed before, with a program": (
        "rdinit=/fstag-init",
        "/fstag-init",
        "/init",
        "/next one",
        "/next one",
    ),
    "two programs executed before": (
        "rdinit=/fstag-init",
        "/fstag-init",
        "/init:/sbin/init",
        "",
        "/etc/init",
    ),
    "fstag.init=": ("rdinit=/fstag-init fstag.init=/next", "/fstag-init", "/next", "", "/init"),
    "a program with a colon, with itself": ("", "/init", "/init:/w:1", "/w:1 y", "/sbin/init y"),
    "a program with odd bytes, with itself": (
        "",
        "/init",
        f"/init:{ODD}",
        f"{ODD} y",
        "/sbin/init y",
    ),
    "a program, with itself": ("", "/init", "/init:/next", "/next", "/sbin/init"),
}


def rounds(
    programs: Programs, cmdline: str, path: str, again: str, following: str, expected: str
) -> None:
    for mode in ("tmpfs", "bind", "auto"):
        with mounted("tmpfs") as root:
            fill(programs, root, "tmpfs")
            add_programs(programs, root, ALL)
            result = start(
                programs,
                root,
                cmdline,
                path=path,
                mode=f"fstag.remount={mode}",
                environment={"AGAIN": again, "NEXT": following},
            )
            expect_program(result, *expected.split())
            seen = result.values("again")
            expect(len(seen) == len(set(seen)), f"it executed {seen[:9]}")
            expect_source(root, MOVED if mode == "tmpfs" else "tmpfs image")


for name, arguments in ROUNDS.items():
    test(f"executed by {name}", *arguments)(rounds)


@test("executed by an /init that also has another name")
def other_name(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_programs(programs, root, ("/init", "/sbin/init -> /init", "/bin/sh"))
        result = start(programs, root, "", path="/init", environment={"AGAIN": "/init:/sbin/init"})
        expect_program(result, "/bin/sh")


@test("a program with several names counts as one program for each")
def several_names(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_programs(programs, root, ("/init", "/bin/sh -> /init"))
        result = start(programs, root, "", path="/init", environment={"AGAIN": "/init"})
        expect_program(result, "/bin/sh")


@test("nothing is left to execute")
def nothing_left(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        add_programs(programs, root, ("/init",))
        result = start(programs, root, "", path="/init", environment={"AGAIN": "/init"})
        expect(result.code == 1, f"it ended with {result.code}")
        expect_source(root, "tmpfs image")


@test("--help works in a container", "--help", "Usage: fstag-init ")
@test("--version works in a container", "--version", "fstag-init ")
def questions(programs: Programs, word: str, expected: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        result = start(programs, root, f"fstag.init=/{PROBE}", word)
        expect(
            result.code == 0 and result.output.startswith(expected), result.output + result.errors
        )
        expect_source(root, "tmpfs image")
