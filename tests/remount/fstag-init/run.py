#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs fstag-init on file systems of its own, in a mount namespace, and compares whole trees.

Usage: run.py FSTAG-INIT PROBE FAULT FSTAG-REMOUNT [TEST...]. Prints TAP.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True

import images  # noqa: E402
import manifest  # noqa: E402
from namespace import (  # noqa: E402
    INIT, PROBE, SERVICE, Programs, Result, install, install_service, isolate, keep_atimes, mounted,
    run, source, start, start_probe, start_service,
)

MOVED = "tmpfs fstag"
LARGE_IMAGE_FILES = 20000
RANDOM_RUNS = 200
KILLS = 20
ONE = {min(os.sched_getaffinity(0))}  # processor, and so one thread

tests: dict[str, Callable[[Programs], None]] = {}


class Failed(Exception):
    pass


def test(name: str, *arguments: object):
    """Registers a test; several times for several arguments."""

    def register(function: Callable) -> Callable:
        tests[name] = lambda programs: function(programs, *arguments)
        return function

    return register


def expect(condition: bool, text: str) -> None:
    if not condition:
        raise Failed(text)


def read(root: Path) -> dict:
    tree = manifest.read(root)
    for name in (INIT, PROBE, SERVICE):  # they are executed, from mounts that may change it
        tree.get(name, {}).pop("atime", None)
    return tree


def expect_identical(before: dict, root: Path) -> None:
    keep_atimes(root)
    told = manifest.differences(before, read(root))
    expect(not told, "; ".join(told[:5]))


def expect_init(result: Result, *arguments: str) -> None:
    """The real init ran, as if nothing had been there before it."""
    expect(result.code == 0, f"the init ended with {result.code}: {result.errors}")
    expect(result.values("argument") == [f"/{PROBE}", *arguments], result.output)
    expect("KERNEL_WORD=a b" in result.values("environment"), result.output)
    expect(result.values("descriptor") == [], result.output)
    expect((result.values("umask"), result.values("folder")) == (["22"], ["/"]), result.output)
    expect(result.values("pid") == ["1"], result.output)


def fill(programs: Programs, root: Path, fs: str) -> dict:
    install(programs, root)
    images.every_kind(root, has_xattrs=fs == "tmpfs")
    return read(root)


def kernel_log() -> str:
    return subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace").stdout


@test("every kind of file, from a ramfs, one thread", "ramfs", ONE)
@test("every kind of file, from a ramfs, all threads", "ramfs", None)
@test("every kind of file, from a tmpfs, one thread", "tmpfs", ONE)
@test("every kind of file, from a tmpfs, all threads", "tmpfs", None)
def identical(programs: Programs, fs: str, cpus: set[int] | None) -> None:
    with mounted(fs) as root:
        before = fill(programs, root, fs)
        expect_init(start_probe(programs, root, "", "--word", "a b", cpus=cpus), "--word", "a b")
        expect(source(root) == MOVED, f"on / is {source(root)}")
        expect_identical(before, root)


@test("20,000 files from a ramfs", "ramfs")
@test("20,000 files from a tmpfs", "tmpfs")
def identical_large(programs: Programs, fs: str) -> None:
    with mounted(fs) as root:
        images.many(root, LARGE_IMAGE_FILES)
        before = fill(programs, root, fs)
        expect_init(start_probe(programs, root, ""))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        expect_identical(before, root)


@test("the old file system is empty", "")
@test("the old file system is empty where the system has a root, too", "root=fstag:x")
def old_is_empty(programs: Programs, cmdline: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        run("umount", root)
        expect(not list(root.iterdir()), "something is left")


@test("bind", "fstag.remount=bind", "ramfs image")
@test("bind with rd.", "rd.fstag.remount=bind", "ramfs image")
@test("bind where a root is to come is tmpfs", "fstag.remount=bind root=/dev/sda", MOVED)
@test("bind where a type of the root is named is tmpfs", "fstag.remount=bind rootfstype=9p", MOVED)
@test("bind of a ramfs", "fstag.remount=bind rootfstype=ramfs", "ramfs image")
@test("tmpfs", "fstag.remount=tmpfs", MOVED)
@test("no", "fstag.remount=no", None)
@test("auto where pivot_root works", "fstag.remount=auto", None)
@test("an unknown mode", "fstag.remount=copy", None)
def mode(programs: Programs, cmdline: str, expected: str | None) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        on_root = mounts_on(root)
        expect(len(on_root) == (1 if expected is None else 2), f"on / are {on_root}")
        expect(expected is None or source(root) == expected, f"on / is {source(root)}")
        expect_identical(before, root)


@test("init= where no root comes", "init=/probe", "/fstag-init", "/probe")
@test("init= where a root comes is not for the initramfs", "init=/bin/x root=x", "/fstag-init", "/init")
@test("the image's /init", "", "/fstag-init", "/init")
@test("fstag.init= before all", "fstag.init=/probe init=/init", "/fstag-init", "/probe")
@test("fstag.init= that is not there", "fstag.init=/absent", "/fstag-init", "/init")
@test("systemd where /init is the early init", "", "/early", "/usr/lib/systemd/systemd")
def real_init(programs: Programs, cmdline: str, path: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        for name in ("sbin/init", "usr/lib/systemd/systemd", *(["init"] if path != "/early" else [])):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(root / PROBE, root / name)
        if path == "/early":
            (root / "init").symlink_to(INIT)
            path = "/init"
        result = start(programs, root, cmdline, "word", path=path)
        expect(result.values("argument") == [expected, "word"], result.output + result.errors)
        expect(source(root) == MOVED, f"on / is {source(root)}")


def mounts_on(root: Path) -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in lines if line.split()[4] == str(root)]


@test("no second time")
def once(programs: Programs) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, ""))
        expect_init(start_probe(programs, root, ""))
        expect(len(mounts_on(root)) == 2, "it was moved twice")
        expect_identical(before, root)


@test("size= of the new tmpfs", "fstag.remountflags=size=64M", {"size": 64 << 20})
@test("initramfs_options=", "initramfs_options=size=64M", {"size": 64 << 20})
@test("rootflags= without a root", "rootflags=size=64M", {"size": 64 << 20})
@test("nr_inodes= and more", "fstag.remountflags=nr_inodes=5000,mpol=default,huge=never", {"inodes": 5000})
@test("mpol= with commas", "fstag.remountflags=mpol=bind:0,0,size=64M", {"size": 64 << 20})
@test("mode=", "fstag.remountflags=mode=0711", {"mode": 0o711})
def options(programs: Programs, cmdline: str, expected: dict[str, int]) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, cmdline))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        fs = os.statvfs(root)
        found = {"size": fs.f_blocks * fs.f_frsize, "inodes": fs.f_files}
        found["mode"] = root.stat().st_mode & 0o7777
        seen = {key: found[key] for key in expected}
        expect(seen == expected, f"{seen}, not {expected}")
        if "mode" in expected:
            before[""]["mode"] = root.stat().st_mode
        expect_identical(before, root)


@test("without size= there is room for the image and half of what it leaves")
def default_size(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, ""))
        fs = os.statvfs(root)
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        size = fs.f_blocks * fs.f_frsize
        expect(memory // 2 <= size <= memory // 2 + (16 << 20), f"{size} of {memory}")


@test("too small a size=", "fstag.remountflags=size=1M", r"fstag.remountflags= allows 1 MiB, the initramfs has")
@test("too few inodes", "fstag.remountflags=nr_inodes=10", r"fstag.remountflags= allows 10 files, the initramfs has")
@test("an unknown option", "fstag.remountflags=size=64M,colour=red", "'colour=red' is no option")
@test("a read-only tmpfs", "rootflags=ro", "rootflags=: 'ro' is no option")
def refused(programs: Programs, cmdline: str, message: str) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        told = len(kernel_log())
        expect_init(start_probe(programs, root, cmdline))
        # A system that stays in its initramfs gets the next best thing.
        expect(source(root) == "ramfs image", f"on / is {source(root)}")
        expect(message in kernel_log()[told - 10000 :], "no message")
        expect_identical(before, root)


def add_mounts(root: Path) -> None:
    (root / "var/empty/hidden").write_text("below")
    run("mount", "-t", "tmpfs", "one", root / "var/empty")
    (root / "var/empty/inner").mkdir()
    (root / "var/empty/file").write_text("bound")
    run("mount", "-t", "tmpfs", "two", root / "var/empty/inner")
    run("mount", "--bind", root / "var/empty/file", root / "etc/nothing")


def expect_mounts(root: Path) -> None:
    found = [source(root / name) for name in ("var/empty", "var/empty/inner", "etc/nothing")]
    expect(found == ["tmpfs one", "tmpfs two", "tmpfs one"], f"mounted are {found}")
    expect((root / "etc/nothing").read_text() == "bound", "the bound file is not there")
    run("umount", root / "etc/nothing")
    run("umount", "--recursive", root / "var/empty")
    expect((root / "var/empty/hidden").read_text() == "below", "what was below is gone")
    expect((root / "etc/nothing").read_text() == "", "what was below the file is gone")


@test("what is mounted moves along", "fstag.init=/probe", MOVED)
@test("what is mounted moves along with bind", "fstag.remount=bind", "ramfs image")
@test("what is mounted moves back", "fstag.init=/etc/hello root=x", "ramfs image")
def mounts(programs: Programs, cmdline: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        add_mounts(root)
        (root / "sbin").mkdir()
        result = start_probe(programs, root, cmdline)
        expect(source(root) == expected, f"on / is {source(root)}")
        if "hello" not in cmdline:
            expect_init(result)
        expect_mounts(root)


@test("a mount on a large file", False)
@test("a mount on a file with several names, moved back", True)
def mount_on_file(programs: Programs, fails: bool) -> None:
    place = "a/one" if fails else "var/sparse-large"
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "one", "/mnt")
        Path("/mnt/file").write_text("bound")
        run("mount", "--bind", "/mnt/file", root / place)
        start(programs, root, "fstag.init=/etc/hello root=x" if fails else "fstag.init=/probe")
        expect((source(root) == MOVED) != fails, f"on / is {source(root)}")
        expect((root / place).read_text() == "bound", "the mount is gone")
        run("umount", root / place)
        run("umount", "/mnt")
        expect_identical(before, root)


@test("a mount hidden by another one")
def hidden_mount(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "below", root / "a/deep/folder")
        run("mount", "-t", "tmpfs", "above", root / "a")
        expect_init(start_probe(programs, root, ""))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        expect(source(root / "a") == "tmpfs above", f"on /a is {source(root / 'a')}")


@test("two mounts on one folder stay as they are")
def stacked_mounts(programs: Programs) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "first", root / "a")
        run("mount", "-t", "tmpfs", "second", root / "a")
        expect_init(start_probe(programs, root, ""))
        expect(source(root / "a") == "tmpfs second", f"on /a is {source(root / 'a')}")
        run("umount", root / "a")
        run("umount", root / "a")
        expect_identical(before, root)


@test("a shared root")
def shared_root(programs: Programs) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        run("mount", "-t", "tmpfs", "one", root / "a")
        run("mount", "--make-rshared", root)
        expect_init(start_probe(programs, root, ""))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        expect(source(root / "a") == "tmpfs one", f"on /a is {source(root / 'a')}")


@test("the mode of the old root comes back, too", "fstag.remountflags=mode=0711")
@test("an ACL for all that is made in the root is not for what comes back", "")
def root_after_undo(programs: Programs, cmdline: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        os.setxattr(root, "system.posix_acl_default", images.ACL)
        before = read(root)
        start(programs, root, f"fstag.init=/etc/hello root=x {cmdline}")
        expect(source(root) == "tmpfs image", f"on / is {source(root)}")
        expect_identical(before, root)


@test("a set-id bit of mode= and huge pages change nothing else", "mode=2755,huge=always")
def awkward_options(programs: Programs, flags: str) -> None:
    with mounted("ramfs") as root:
        before = fill(programs, root, "ramfs")
        expect_init(start_probe(programs, root, f"fstag.remountflags={flags}"))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        before[""]["mode"] = root.stat().st_mode
        expect_identical(before, root)
        fs = os.statvfs(root)
        used = (fs.f_blocks - fs.f_bfree) * fs.f_frsize
        expect(used < 16 << 20, f"{used} bytes are used")


@test("programs that run already keep what is mounted", "", MOVED)
@test("programs that run already keep what is mounted, with bind", "fstag.remount=bind", "ramfs image")
def company(programs: Programs, cmdline: str, expected: str) -> None:
    with mounted("ramfs") as root:
        fill(programs, root, "ramfs")
        shutil.copy(programs.probe, root / "company")
        run("mount", "-t", "tmpfs", "one", root / "a")
        result = start_probe(programs, root, cmdline, path="/company")
        expect(result.values("argument") == [f"/{PROBE}"], result.output + result.errors)
        expect(source(root) == expected and len(mounts_on(root)) == 2, f"on / is {source(root)}")
        expect(result.values("company") == ["tmpfs"], "its mount is gone")
        expect(source(root / "a") == "tmpfs one", f"on /a is {source(root / 'a')}")


@test("what is used by others is copied", "bind")
@test("the layer of an overlay is copied", "overlay")
def in_use(programs: Programs, kind: str) -> None:
    with mounted("tmpfs") as root:
        fill(programs, root, "tmpfs")
        if kind == "bind":
            run("mount", "--bind", root / "etc/hello", root / "etc/nothing")
        else:
            for name in ("upper", "work"):
                (root / name).mkdir()
            layers = f"lowerdir={root}/etc,upperdir={root}/upper,workdir={root}/work"
            run("mount", "-t", "overlay", "-o", layers, "overlay", root / "a")
        expect_init(start_probe(programs, root, ""))
        expect(source(root) == MOVED, f"on / is {source(root)}")
        place = root / ("etc/nothing" if kind == "bind" else "a/hello")
        expect(place.read_text() == "hello\n", "what was mounted is not there")
        run("umount", place if kind == "bind" else root / "a")
        run("umount", root)
        expect((root / "etc/hello").read_text() == "hello\n", "it was taken away")


def fill_for_service(programs: Programs, root: Path) -> dict:
    images.every_kind(root, has_xattrs=True)
    images.many(root / "usr", 2000)
    install(programs, root)
    install_service(programs, root)
    return read(root)


@test("the service leaves all as it is where PID 1 does not answer")
def service_without_systemd(programs: Programs) -> None:
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        process = start_service(root)
        told = process.communicate()[1].decode()
        expect(process.returncode == 1, "it did not fail")
        expect("Failed to switch to the tmpfs" in told, f"it says {told}")
        expect_identical(before, root)


@test("the service is killed at any time, and leaves all as it is")
def service_killed(programs: Programs) -> None:
    noise = random.Random()
    with mounted("tmpfs") as root:
        before = fill_for_service(programs, root)
        started = time.monotonic()
        start_service(root).wait()
        whole = time.monotonic() - started
        for _ in range(KILLS):
            process = start_service(root)
            time.sleep(noise.uniform(0, whole))
            process.send_signal(noise.choice((signal.SIGTERM, signal.SIGKILL)))
            process.wait()
            expect_identical(before, root)


def one_failure(programs: Programs, fs: str, number: int, error: int, cpus: set[int] | None) -> str | None:
    """What is wrong after one failure, or None; Ended where there was no such call."""
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


@test("each system call fails once, from a tmpfs", "tmpfs", errno.EIO)
@test("each system call fails once, from a ramfs", "ramfs", errno.ENOMEM)
def each_call_fails(programs: Programs, fs: str, error: int) -> None:
    calls = count_calls(programs, fs, ONE)
    expect(calls > 300, f"only {calls} calls")
    check_failures(programs, fs, [(number, error) for number in range(1, calls + 1)], ONE)


@test("200 random failures with threads")
def random_failures(programs: Programs) -> None:
    calls, noise = count_calls(programs, "tmpfs", None), random.Random()
    errors = (errno.EIO, errno.ENOMEM, errno.ENOSPC)
    failures = [(noise.randrange(100, calls), noise.choice(errors)) for _ in range(RANDOM_RUNS)]
    # With threads a call of libc's own locks must not fail: it ends the program then.
    check_failures(programs, "tmpfs", failures, None)


def check_failures(
    programs: Programs, fs: str, failures: list[tuple[int, int]], cpus: set[int] | None
) -> None:
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(one_failure, programs, fs, *failure, cpus) for failure in failures]
        told = [text for job in jobs if (text := job.result()) not in (None, "end")]
    expect(not told, f"{len(told)} of {len(failures)}: " + "; ".join(told[:3]))


def main() -> int:
    isolate()
    programs = Programs(*(Path(argument).resolve() for argument in sys.argv[1:5]))
    chosen = [name for name in tests if not sys.argv[5:] or any(n in name for n in sys.argv[5:])]
    print(f"1..{len(chosen)}", flush=True)
    bad = 0
    for number, name in enumerate(chosen, 1):
        try:
            tests[name](programs)
        except Failed as failed:
            bad += 1
            print(f"not ok {number} - {name}\n# {failed}", flush=True)
        except Exception:
            bad += 1
            print(f"not ok {number} - {name}", flush=True)
            traceback.print_exc()
        else:
            print(f"ok {number} - {name}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
