# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests what the arguments and options of a call do, and which are refused."""

from pathlib import Path

from namespace import DIR, expect, mounted, run


def check_flags(command: list[str]) -> list[str]:
    options = "ro,nosuid,nodev,noexec,X-a=b,fstag=tmpfs:a,fstag=nosuchfs+tmpfs+ramfs:root,mode=711"
    done = run(*command, "root", str(DIR), "-t", "fstag", "-o", options)
    return expect(done, "tmpfs", "root", {"ro", "nosuid", "nodev", "noexec", "mode=711"})


def check_context(command: list[str]) -> list[str]:
    """Without SELinux, libmount drops the options that only SELinux knows."""
    contexts = 'context="system_u:object_r:root_t:s0:c1,c2",rootcontext=system_u:object_r:root_t:s0'
    options = f"{contexts},mode=711,fstag=nosuchfs+tmpfs:root"
    done = run(*command, "root", str(DIR), "-t", "fstag", "-o", options)
    return expect(done, "tmpfs", "root", {"mode=711"})


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


def check_two_options(program: str) -> list[str]:
    done = run(program, "SPEC", str(DIR), "-o", "ro", "-o", "fstag=tmpfs+ramfs:b")
    return expect(done, "tmpfs", "b", {"ro"})


def check_other_parent(program: str) -> list[str]:
    """Only a parent that was called for the same source is one that passes on its options."""
    script = f"'{program}' SPEC '{DIR}' -o fstag=tmpfs+ramfs:b; exit $?"
    done = run("sh", "-c", script, "sh", "ro,noexec,fstag=tmpfs+ramfs:a")
    wrong = expect(done, "tmpfs", "b", {"rw"})
    done = run("sh", "-c", script, "sh", "ro,noexec,fstag=tmpfs+ramfs:b")
    return wrong + expect(done, "tmpfs", "b", {"ro", "noexec"})


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
