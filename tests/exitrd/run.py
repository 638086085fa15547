#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs fstag-exitrd on this system, below a /run of its own, and prints TAP.

usage: run.py FSTAG-EXITRD
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

PLACE = Path("/run/initramfs")
CLONE_NEWNS = 0x00020000


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def empty_place() -> None:
    if os.path.ismount(PLACE):
        subprocess.run(["umount", PLACE], check=True)
    subprocess.run(["find", PLACE, "-mindepth", "1", "-delete"], check=True)


LIMIT = 20  # seconds, of which it takes a fraction of one


def keep(program: str) -> tuple[int, str]:
    done = subprocess.run([program], capture_output=True, text=True, env={}, timeout=LIMIT)
    return done.returncode, done.stderr


def kept(program: str) -> list[str]:
    found = []
    if keep(program) != (0, ""):
        found.append("it failed")
    if not os.access(PLACE / "shutdown", os.X_OK):
        found.append("no shutdown")
    for name in ("dev", "oldroot", "proc", "run", "sys", "lib64", "etc/os-release"):
        if not (PLACE / name).exists():
            found.append(f"no {name}")
    # The loader, in there, finds all that it found here.
    listed = subprocess.run(
        ["/shutdown"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.chroot(PLACE),
        env={"LD_TRACE_LOADED_OBJECTS": "1", "LD_PRELOAD": "libmount.so.1"},
    )
    if "libmount.so.1 => /" not in listed.stdout or "not found" in listed.stdout + listed.stderr:
        found.append(f"the loader says {listed.stdout}{listed.stderr}")
    usage = os.statvfs(PLACE)
    if not 0 < usage.f_bavail * usage.f_bsize <= 512 << 10:
        found.append(f"{usage.f_bavail * usage.f_bsize} bytes to spare")
    return found


def refused(program: str, reason: str) -> list[str]:
    code, said = keep(program)
    if code != 1 or reason not in said or said.count("\n") != 1:
        return [f"status {code}, '{said}'"]
    return []


def second(program: str) -> list[str]:
    code, said = keep(program)
    return [] if code == 0 and "Leaving" in said else [f"status {code}, '{said}'"]


def taken_over(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    (PLACE / "log").mkdir()
    (PLACE / "log/a").write_text("text")
    (PLACE / "link").symlink_to("log/a")
    os.mkfifo(PLACE / "pipe")
    found = kept(program)
    if not os.path.ismount(PLACE) or (PLACE / "link").read_text() != "text":
        found.append("it was not taken over")
    return found


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b"start")
        file.truncate(size)


def large_left_out(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    live = PLACE / "live images"
    live.mkdir()
    sparse(live / "data", 40 << 30)
    (live / "squashed.img").write_bytes(bytes(1 << 20) + b"end")
    sparse(live / "holes", 1 << 20)
    (live / "just right").write_bytes(bytes(1 << 20))
    code, said = keep(program)
    found = [] if code == 0 and said.count("\n") == 2 else [f"status {code}, '{said}'"]
    for name, size in (("data", 40960), ("squashed.img", 1)):
        if f"Leaving out '/run/initramfs/live images/{name}' of {size} MiB" not in said:
            found.append(f"it does not name {name}")
        if (live / name).exists():
            found.append(f"it copied {name}")
    holes = (live / "holes").stat()
    if holes.st_size != 1 << 20 or holes.st_blocks * 512 > 64 << 10:
        found.append(f"a file with holes has {holes.st_blocks} blocks")
    if (live / "holes").read_bytes() != b"start" + bytes((1 << 20) - 5):
        found.append("a file with holes is another one")
    if (live / "just right").read_bytes() != bytes(1 << 20):
        found.append("a file of 1 MiB is another one")
    subprocess.run(["umount", PLACE], check=True)
    subprocess.run(["rm", "-r", live], check=True)
    return found


def many_left_out(program: str) -> list[str]:
    empty_place()
    sparse(PLACE / "hole", 1 << 20)
    for number in range(6):
        (PLACE / f"note{number}").write_bytes(bytes(1 << 20))
    code, said = keep(program)
    found = [] if code == 0 else [f"status {code}"]
    if said != "Leaving out 3 files in '/run/initramfs', which has over 4 MiB\n":
        found.append(f"it says '{said}'")
    size = os.statvfs(PLACE)
    if (size.f_blocks - size.f_bfree) * size.f_bsize > 48 << 20:
        found.append("it copied all")
    empty_place()
    return found


# They have no data, and are not said to have any.
def names_left_out(program: str) -> list[str]:
    found = []
    for make in (Path.mkdir, Path.touch, lambda path: path.symlink_to("x")):
        for number in range(1100):
            make(PLACE / f"{number}")
        code, said = keep(program)
        if (code, said) != (0, "Leaving out 76 names in '/run/initramfs', which has over 1024\n"):
            found.append(f"status {code}, '{said}'")
        empty_place()
    return found


def depth_left_out(program: str) -> list[str]:
    deep = PLACE / "/".join("d" * 20)
    deep.mkdir(parents=True)
    code, said = keep(program)
    found = [] if (PLACE / "/".join("d" * 16)).exists() else ["16 levels were not copied"]
    if (code, said) != (
        0,
        "Leaving out 1 directories in '/run/initramfs', which has over 16 " "levels\n",
    ):
        found.append(f"status {code}, '{said}'")
    empty_place()
    return found


# What the links of the root lead to in the tree is what dracut has there.
def merged_through_links(program: str) -> list[str]:
    found = []
    for top in ("lib", "sbin", "bin", "lib64"):
        (PLACE / top / "dracut hooks/ümläut").mkdir(parents=True)
        (PLACE / top / "dracut hooks/ümläut" / top).write_text(top)
    libc = next(Path("/usr/lib").rglob("libc.so.6"))
    mine = PLACE / "lib" / libc.relative_to("/usr/lib")
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("not the library")
    if keep(program) != (0, ""):
        empty_place()
        return ["it failed"]
    for top in ("lib", "sbin", "bin", "lib64"):
        at = PLACE / "usr" / top / "dracut hooks/ümläut" / top
        if not (PLACE / top).is_symlink() or not at.exists() or at.read_text() != top:
            found.append(f"{top} is not merged")
    listed = subprocess.run(
        ["/shutdown"],
        capture_output=True,
        preexec_fn=lambda: os.chroot(PLACE),
        env={"LD_TRACE_LOADED_OBJECTS": "1"},
    )
    if listed.returncode:
        found.append("the shutdown has lost a library")
    empty_place()
    return found


# A link at the root that leads elsewhere ends in the tree, or nowhere.
def no_way_out(program: str) -> list[str]:
    outside, found = Path("/run/outside"), []
    outside.mkdir()
    mount("-t", "tmpfs", "test", "/etc")
    for name in ("os-release", "initrd-release"):
        Path("/etc", name).symlink_to("/run/outside")
        (PLACE / "etc" / name).mkdir(parents=True)
        (PLACE / "etc" / name / "file").write_text("text")
    if keep(program) != (0, ""):
        found.append("it failed")
    if list(outside.iterdir()):
        found.append("it wrote there")
    if not (PLACE / "run/outside/file").exists():
        found.append("it did not write at the same path in the tree")
    empty_place()
    subprocess.run(["umount", "/etc"], check=True)
    outside.rmdir()
    return found


def path_is_named(program: str) -> list[str]:
    (PLACE / "etc/my notes").mkdir(parents=True)
    (PLACE / "usr").mkdir()
    (PLACE / "etc/os-release").mkdir()
    found = refused(program, "Failed to copy '/run/initramfs/etc/os-release': Not a directory")
    if os.path.ismount(PLACE):
        found.append("it left something")
    empty_place()
    return found


# It unpacks all of the initramfs there at shutdown.
def room_for_dracut(program: str) -> list[str]:
    (PLACE / ".need_shutdown").write_text("")
    (PLACE / "etc/cmdline.d").mkdir(parents=True)
    (PLACE / "etc/cmdline.d/debug.conf").write_text("rd.shell")
    found = [] if keep(program) == (0, "") else ["it failed"]
    if (PLACE / "etc/cmdline.d/debug.conf").read_text() != "rd.shell":
        found.append("it lost what is there for the shutdown")
    usage = os.statvfs(PLACE)
    if not (PLACE / ".need_shutdown").exists() or usage.f_bavail * usage.f_bsize < 64 << 20:
        found.append(f"{usage.f_bavail * usage.f_bsize} bytes to spare")
    return found


# Not only once it is known what is in it.
def size_from_the_start(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    done = subprocess.run(
        ["strace", "-qq", "-e", "trace=fsconfig", program],
        timeout=LIMIT,
        capture_output=True,
        text=True,
    )
    before = done.stderr.partition("FSCONFIG_CMD_CREATE")[0]
    return [] if '"size"' in before else [f"it says '{done.stderr}'"]


def in_use(program: str) -> list[str]:
    subprocess.run(["umount", PLACE], check=True)
    empty_place()
    other, live, file = Path("/run/other"), PLACE / "my/live", PLACE / "my/file"
    for path in (other, live):
        path.mkdir(parents=True)
    file.touch()
    (other / "file").touch()
    found = []
    # Others of the same file system, of another one, and what is there itself.
    for target, *words in (
        (live, "-t", "tmpfs", "test"),
        (live, "--bind", other),
        (live, "--bind", live),
        (live, "--rbind", "/proc/self"),
        (file, "--bind", other / "file"),
        (file, "--bind", file),
    ):
        mount(*map(str, words), str(target))
        found += refused(program, f"Failed to copy '{target}': Device or resource busy")
        if os.path.ismount(PLACE):
            found.append("it left something")
        subprocess.run(["umount", target], check=True)
    # In what is left out, too.
    for number in range(1100):
        (PLACE / f"my/{number}").mkdir()
        (PLACE / f"my/{number}/place").mkdir()
    for number in (0, 600, 1099):
        mount("--bind", str(other), str(PLACE / f"my/{number}/place"))
        found += refused(program, f"'/run/initramfs/my/{number}/place': Device or resource busy")
        subprocess.run(["umount", PLACE / f"my/{number}/place"], check=True)
    return found


def no_program(program: str) -> list[str]:
    mount("-t", "tmpfs", "test", "/usr/lib/systemd")
    found = refused(program, "systemd-shutdown': No such file or directory")
    if os.path.ismount(PLACE):
        found.append("it left something")
    return found


def main() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    shutdown = Path("/usr/lib/systemd/systemd-shutdown")
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) < 0 or not shutdown.exists():
        print("1..0 # SKIP needs root, mount namespaces and systemd-shutdown")
        return 0
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "test", "/run")
    tests = (
        kept,
        second,
        taken_over,
        large_left_out,
        many_left_out,
        names_left_out,
        depth_left_out,
        merged_through_links,
        no_way_out,
        path_is_named,
        room_for_dracut,
        size_from_the_start,
        in_use,
        no_program,
    )
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        found = test(os.path.abspath(sys.argv[1]))
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {test.__name__}")
        print("".join(f"# {line}\n" for line in found), end="")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
