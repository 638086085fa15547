# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests types with a helper of their own (mount.<type>), and how its end is reported."""

from pathlib import Path

from namespace import DIR, mounted, run


def check_helper(directory: Path) -> list[str]:
    """The helper gets the source and the options, and its exit status decides."""
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
    # The tag is the name of a directory in /.
    done = run(str(directory / "mount.fstag"), "SPEC", str(DIR), "-o", "rw,fstag=bad+fuse.x:root")
    if not done.stderr.startswith(f"<root><{DIR}>"):
        wrong.append(f"exit status {done.returncode}, '{done.stderr}'")
    done = run("mount", "SPEC", str(DIR), "-t", "fstag", "-o", "fstag=bad+nosuchfs:a")
    if done.returncode != 32 or "bad: mount.bad exited with 5; nosuchfs: " not in done.stderr:
        wrong.append(f"exit status {done.returncode}, '{done.stderr}'")
    return wrong


def check_killed_helper(directory: Path) -> list[str]:
    """The signal is reported, even if SIGCHLD is ignored or blocked at the start."""
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
