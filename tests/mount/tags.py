# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests tags of every kind, as the generator writes them and PID 1 passes them to mount(8)."""

import re
import subprocess
import tempfile
from pathlib import Path

from namespace import DIR, expect, run


# Most of them are also paths, absolute or relative to / or to any directory.
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
# busybox takes the text before a "#" for the name of a helper.
MORE_TAGS = ["#", "a#b"]


def unit_values(generator: str, line: str) -> dict[str, str]:
    """The values in the sysroot.mount of the generator, as PID 1 reads them."""
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
    # PID 1 passes the same arguments.
    done = run(*command, unit["What"], str(DIR), "-t", unit["Type"], "-o", unit["Options"])
    return expect(done, "tmpfs", tag, {"rw", "noatime", "size=1024k"})


def check_tags(generator: str, command: list[str]) -> list[str]:
    tags = TAGS + (MORE_TAGS if command == ["mount"] else [])
    return [f"{tag}: {line}" for tag in tags for line in mount_tag(generator, command, tag)]
