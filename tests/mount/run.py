#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mounts with mount.fstag, through mount(8) and through busybox', and prints TAP.

In a mount namespace of its own, where nothing but the helper under test is in the directory where
mount(8) looks for helpers. Types without a device stand for those of a virtual machine.

usage: run.py MOUNT.FSTAG GENERATOR DIRECTORY        as root, else everything is skipped
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLONE_NEWNS = 0x00020000
# Most are paths as well, seen from / or from anywhere.
TAGS = [
    "myfs",
    "root",
    "usr",
    "etc",
    "init",
    "/root",
    "/init",
    "/",
    "usr/bin",
    "a,b",
    "my fs",
    "a%b",
    "%41",
    "$HOME",
    "it's",
    '"quoted"',
    "back\\slash",
    "ümläut",
    "a+b",
    "x:y",
    "10.0.2.2:/export",
    "fstag=x:y",
    ".",
]
# busybox takes what stands before it for the name of a helper.
MORE_TAGS = ["#", "a#b"]
DIR = Path("/run/fstag-mount")
MOUNTS = {"mount(8)": ["mount"], "busybox": ["busybox", "mount"]}
failed = 0
number = 0


def run(*words: str) -> subprocess.CompletedProcess:
    """PID 1's directory is /, and so is this one's."""
    return subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=60)


def tap(name: str, wrong: list[str]) -> None:
    global number, failed
    number += 1
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    print("".join(f"# {line}\n" for line in wrong), end="", flush=True)


def mounted() -> list[str]:
    """Type, source and options of what is on DIR; it is unmounted then."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, right = (part.split() for part in line.split(" - "))
        if left[4] == str(DIR):
            source = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), right[1])
            source = source.encode("latin1").decode() if source.isascii() else source
            found = [right[0], source, ",".join([left[5], right[2]])]
    if found:
        run("umount", str(DIR))
    return found


def expect(done: subprocess.CompletedProcess, fs: str, source: str, options: set[str]) -> list[str]:
    seen = mounted()
    if done.returncode != 0 or done.stderr:
        return [f"exit status {done.returncode}", *done.stderr.splitlines()]
    if not seen or seen[:2] != [fs, source]:
        return [f"mounted is {seen}, not {fs} '{source}'"]
    lacks = options - set(seen[2].split(","))
    return [f"'{seen[2]}' lacks {', '.join(lacks)}"] if lacks else []


def unit_values(generator: str, line: str) -> dict[str, str]:
    """What the generator writes into sysroot.mount, as PID 1 reads it."""
    with tempfile.TemporaryDirectory() as scratch:
        directories = [Path(scratch, name) for name in ("normal", "early", "late")]
        for directory in directories:
            directory.mkdir()
        env = {"SYSTEMD_PROC_CMDLINE": line, "SYSTEMD_IN_INITRD": "1"}
        subprocess.run([generator, *directories], env=env, check=True)
        unit = (directories[1] / "sysroot.mount").read_text()
    pairs = re.findall(r"^(What|Type|Options)=(.*)$", unit, re.MULTILINE)
    return {key: value.replace("%%", "%").replace("$$", "$") for key, value in pairs}


def mount_tag(generator: str, command: list[str], tag: str) -> list[str]:
    quote = "'" if '"' in tag else '"'
    unit = unit_values(
        generator,
        f"root={quote}fstag:{tag}{quote} rootfstype=nosuchfs,tmpfs rw "
        "rootflags=noatime,x-systemd.mount-timeout=5,size=1M",
    )
    if unit["What"] != tag:
        return [f"What= is '{unit['What']}'"]
    # As PID 1 calls it.
    done = run(*command, unit["What"], str(DIR), "-t", unit["Type"], "-o", unit["Options"])
    return expect(done, "tmpfs", tag, {"rw", "noatime", "size=1024k"})


def check_tags(generator: str, command: list[str]) -> list[str]:
    tags = TAGS + (MORE_TAGS if command == ["mount"] else [])
    return [f"{tag}: {line}" for tag in tags for line in mount_tag(generator, command, tag)]


def check_flags(command: list[str]) -> list[str]:
    options = "ro,nosuid,nodev,noexec,X-a=b,fstag=tmpfs:a,fstag=nosuchfs+tmpfs+ramfs:root,mode=711"
    done = run(*command, "root", str(DIR), "-t", "fstag", "-o", options)
    return expect(done, "tmpfs", "root", {"ro", "nosuid", "nodev", "noexec", "mode=711"})


def check_remount(command: list[str]) -> list[str]:
    words = ["root", str(DIR), "-t", "fstag", "-o"]
    run(*command, *words, "rw,fstag=nosuchfs+tmpfs:root")
    done = run(*command, *words, "remount,ro,size=2M,fstag=nosuchfs+tmpfs:root")
    return expect(done, "tmpfs", "root", {"ro", "size=2048k"})


def check_failure(command: list[str]) -> list[str]:
    done = run(
        *command,
        "root",
        str(DIR),
        "-t",
        "fstag",
        "-o",
        "rw,fstag=nosuchfs+virtiofs+tmpfs:root,nosuchoption",
    )
    line = (
        f"mount.fstag: Cannot mount 'root' on '{DIR}': "
        "nosuchfs: not known to the kernel, and no module; "
    )
    wrong = [] if mounted() == [] else ["something is mounted"]
    if not done.stderr.startswith(line) or "tmpfs: Invalid argument" not in done.stderr:
        wrong.append(f"it says '{done.stderr}'")
    if command == ["mount"] and (done.returncode != 32 or done.stderr.count("\n") != 1):
        wrong.append(f"exit status {done.returncode}, '{done.stderr}'")
    return wrong


def check_helper(directory: Path) -> list[str]:
    """A type with a helper of its own."""
    for name, status in (("bad", 5), ("fuse", 0)):
        helper = directory / f"mount.{name}"
        helper.write_text(f'#!/bin/sh\nprintf "<%s>" "$@" >&2\nexit {status}\n')
        helper.chmod(0o755)
    done = run(
        str(directory / "mount.fstag"),
        "-n",
        "SPEC",
        str(DIR),
        "-t",
        "fstag.x",
        "-s",
        "-o",
        "rw,x-a,fstag=bad+fuse.x+tmpfs:my%20fs,b=c",
    )
    said = f"<my fs><{DIR}><-s><-n><-o><rw,b=c>"
    wrong = [] if mounted() == [] else ["something is mounted"]
    if done.returncode != 0 or done.stderr != f"{said}{said}<-t><fuse.x>":
        wrong.append(f"exit status {done.returncode}, '{done.stderr}'")
    done = run("mount", "SPEC", str(DIR), "-t", "fstag", "-o", "fstag=bad+nosuchfs:a")
    if done.returncode != 32 or "bad: mount.bad exited with 5; nosuchfs: " not in done.stderr:
        wrong.append(f"exit status {done.returncode}, '{done.stderr}'")
    return wrong


def check_killed_helper(directory: Path) -> list[str]:
    """Its end is told as it was, also where SIGCHLD comes ignored or blocked."""
    wrong = []
    for name in ("KILL", "SEGV"):
        helper = directory / "mount.bad"
        helper.write_text(f"#!/bin/sh\nulimit -c 0\nkill -{name} $$\n")
        helper.chmod(0o755)
        for ignored in (["env"], ["env", "--ignore-signal=CHLD"], ["env", "--block-signal=CHLD"]):
            done = run(
                *ignored,
                str(directory / "mount.fstag"),
                "SPEC",
                str(DIR),
                "-o",
                "fstag=bad+nosuchfs:a",
            )
            if (
                done.returncode != 32
                or f"bad: mount.bad was killed by SIG{name}; nosuchfs: " not in done.stderr
            ):
                wrong.append(f"{ignored}: exit status {done.returncode}, {done.stderr!r}")
    return wrong


def check_two_options(program: str) -> list[str]:
    done = run(program, "SPEC", str(DIR), "-o", "ro", "-o", "fstag=tmpfs+ramfs:b")
    return expect(done, "tmpfs", "b", {"ro"})


def check_user(program: str) -> list[str]:
    done = run(
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        program,
        "SPEC",
        str(DIR),
        "-o",
        "fstag=tmpfs:b",
    )
    if done.returncode != 1 or done.stderr != "mount.fstag: must be superuser to mount\n":
        return [str(done)]
    return []


def check_namespace(program: str) -> list[str]:
    script = 'printf "%s\\n" ready; read x; grep -c " /run/fstag-mount " /proc/self/mountinfo'
    other = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    other.stdout.readline()
    done = run(
        program,
        "root",
        str(DIR),
        "-o",
        "rw,fstag=tmpfs+ramfs:root",
        "-N",
        f"/proc/{other.pid}/ns/mnt",
    )
    count = other.communicate("\n")[0].strip()
    wrong = [] if mounted() == [] else ["mounted here"]
    return wrong + ([] if done.returncode == 0 and count == "1" else [f"{count}, {done.stderr}"])


def check_other_namespace(program: str) -> list[str]:
    """As mount(8) itself: the status says that nothing was tried."""
    wrong = []
    for path, reason in (
        ("/proc/self/ns/net", "not a mount namespace"),
        ("/etc/passwd", "not a mount namespace"),
        ("/nothing", "No such file or directory"),
    ):
        for options in ("fstag=tmpfs+ramfs:a", "remount,fstag=tmpfs+ramfs:a"):
            done = run(program, "a", str(DIR), "-o", options, "-N", path)
            if (
                done.returncode != 2
                or done.stderr != f"mount.fstag: Cannot enter '{path}': {reason}\n"
            ):
                wrong.append(f"{path}: exit status {done.returncode}, {done.stderr!r}")
    return wrong + (["something is mounted"] if mounted() else [])


def check_usage(program: str) -> list[str]:
    wrong = []
    for words, status, out in (
        (["--help"], 0, "Usage: "),
        (["-h"], 0, "Usage: "),
        (["-V"], 0, "mount.fstag "),
        (["--version"], 0, "mount.fstag "),
        ([], 1, ""),
        (["a"], 1, ""),
        (["a", "b", "c"], 1, ""),
        (["a", "/", "-x"], 1, ""),
        (["a", "/"], 1, ""),
        (["a", "/", "-o", "rw,virtiofs:a"], 1, ""),
        (["a", "/", "-o", "fstag=virtiofs"], 1, ""),
        (["a", "/", "-o", "fstag=:a"], 1, ""),
        (["a", "/", "-o", "fstag=tmpfs+../x:a"], 1, ""),
        (["a", "/", "-o", "fstag=x:a%0"], 1, ""),
        (["a", "/", "-o", "fstag=tmpfs:a%00"], 1, ""),
        (["a", "/", "-o", "fstag=tmpfs:"], 1, ""),
        (["a", "/", "-N", "/nothing", "-o", "fstag=tmpfs:a"], 2, ""),
        (["a", "/", "-f", "-o", "fstag=nosuchfs+tmpfs:a"], 0, ""),
    ):
        before = Path("/proc/self/mountinfo").read_text()
        done = run(program, *words)
        if (
            done.returncode != status
            or not done.stdout.startswith(out)
            or bool(done.stderr) == (status == 0)
            or Path("/proc/self/mountinfo").read_text() != before
        ):
            wrong.append(f"{words}: {done}")
    return wrong


def set_up(program: str, directory: Path) -> None:
    """The helper of this machine's own, if any, is hidden."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    DIR.mkdir()
    program = shutil.copy(program, "/run/program")
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", directory], check=True)
    shutil.copy(program, directory / "mount.fstag")


def main() -> int:
    program, generator, directory = sys.argv[1:]
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return 0
    if not Path("/sbin").resolve().samefile(directory):
        print(f"1..0 # SKIP mount(8) does not look in '{directory}'")
        return 0
    directory = Path(directory)
    set_up(program, directory)
    program = str(directory / "mount.fstag")
    print(f"1..{4 * len(MOUNTS) + 7}")
    for name, command in MOUNTS.items():
        checks = {
            "tags": lambda c: check_tags(generator, c),
            "flags": check_flags,
            "remount": check_remount,
            "failure": check_failure,
        }
        for what, check in checks.items():
            if shutil.which(command[0]):
                tap(f"{name}: {what}", check(command))
            else:
                tap(f"{name}: {what} # SKIP no {command[0]}", [])
    tap("the helper of a type", check_helper(directory))
    tap("a helper that is killed", check_killed_helper(directory))
    tap("two lists of options", check_two_options(program))
    tap("a user", check_user(program))
    tap("another namespace", check_namespace(program))
    tap("another kind of namespace", check_other_namespace(program))
    tap("usage", check_usage(program))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
