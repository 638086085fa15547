#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the generator with systemd-fstab-generator on random command lines.

The stock generator gets the same command line without "fstag:". Its three mount units must equal
those of fstag, except for the lines that only fstag writes (modules, wait, network and
documentation), and except for a list of types, which is in an option of mount.fstag. Options that a
version before 262 lacks are not used with that version.

usage: oracle.py GENERATOR ROOT [LINES [SEED]]

ROOT is a tree that contains systemd and is entered with chroot(1), or / for this machine.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

UNITS = ("sysroot.mount", "sysusr-usr.mount", "sysroot-usr.mount")
STOCK = "/usr/lib/systemd/system-generators/systemd-fstab-generator"
OURS = re.compile(
    r"^((Description|Documentation)=.*|(Wants|After)=(modprobe@.*|network-online\.target)"
    r"|(Requires|After)=fstag-wait@.*|# Automatically.*)$"
)

# Each option, and the first version of systemd that handles it as 262 does.
OPTIONS = [
    ("noatime", 0),
    ("nodev,nosuid", 0),
    ("ro", 0),
    ("rw", 0),
    ("defaults", 0),
    ("a%b", 0),
    ("dax=always", 0),
    ("", 0),
    (",", 0),
    ("nofail", 0),
    ("noauto", 0),
    ("auto", 0),
    ("_netdev", 0),
    ("bg", 0),
    ("fg", 0),
    ("x-systemd.automount", 0),
    ("x-systemd.rw-only", 0),
    ("x-systemd.device-timeout=5", 0),
    ("comment=systemd.device-timeout=1min", 0),
    ("x-systemd.mount-timeout=90", 0),
    ("x-systemd.mount-timeout=1.5", 0),
    ("x-systemd.mount-timeout=0", 0),
    ("x-systemd.mount-timeout=2h 3ms", 0),
    ("x-systemd.mount-timeout=bad", 0),
    ("x-systemd.idle-timeout=1", 0),
    ("x-systemd.after=foo", 0),
    ("x-systemd.after=/a/b c", 0),
    ("x-systemd.before=b.service", 0),
    ("x-systemd.requires=/dev/vdb", 0),
    ("x-systemd.requires=c@d.target", 0),
    ("x-systemd.wants=w-x", 257),
    ("x-systemd.requires-mounts-for=/m/%n", 0),
    ("x-systemd.requires-mounts-for=/o", 0),
    ("x-systemd.wants-mounts-for=/p", 257),
    ("x-systemd.wanted-by=u.target", 257),
    ("x-systemd.required-by=v.service", 257),
    ("context=x\\,y", 262),
    ("back\\\\slash", 262),
    ("x-systemd.requires-mounts-for=/q\\,r", 0),
]
TYPES = [
    "virtiofs",
    "9p",
    "virtiofs,9p",
    "9p,virtiofs",
    "nfs,virtiofs,9p",
    "ubifs",
    "jffs2",
    "romfs",
    "nfs",
    "nfs4",
    "ceph",
    "overlay",
]
TAG_TYPES = ("virtiofs", "9p", "virtiofs,9p", "9p,virtiofs")


def quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def without_prefix(word: str, words: list[str]) -> str:
    """Turns mount.usr=fstag:x into mount.usr=x if the type alone makes x a tag."""
    types = dict([w.split("=", 1) for w in words if "fstype=" in w])
    given = types.get("mount.usrfstype", types.get("rootfstype"))
    if not word.startswith("mount.usr=") or given not in TAG_TYPES:
        return word
    return word.replace("=fstag:", "=")


def random_line(rng: random.Random, version: int) -> str:
    options = [name for name, since in OPTIONS if since <= version]

    def flags() -> str:
        return quoted(",".join(rng.choices(options, k=rng.randint(0, 4))))

    words = [
        f"root=fstag:{quoted(rng.choice(['word', 'a%b', 'my fs', 'x:y']))}",
        f"rootfstype={rng.choice(TYPES)}",
    ]
    words += [f"rootflags={flags()}" for _ in range(rng.randint(0, 2))]
    words += rng.choices(["ro", "rw", "quiet", "systemd.show_status=1"], k=rng.randint(0, 2))
    if rng.random() < 0.5:
        words += rng.sample(
            [
                f"mount.usr=fstag:{rng.choice(['word', 'usr%fs'])}",
                f"mount.usrfstype={rng.choice(TYPES)}",
                f"mount.usrflags={flags()}",
            ],
            k=rng.randint(1, 3),
        )
    if rng.random() < 0.5:
        words = [without_prefix(word, words) for word in words]
    rng.shuffle(words)
    return " ".join(words)


def run(command: list[str], line: str, directories: list[Path]) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "SYSTEMD_PROC_CMDLINE": line,
        "SYSTEMD_IN_INITRD": "1",
        "SYSTEMD_LOG_TARGET": "null",
        "SYSTEMD_FSTAB": "/dev/null",
        "SYSTEMD_SYSROOT_FSTAB": "/dev/null",
    }
    subprocess.run([*command, *map(str, directories)], env=env, check=True, timeout=30)


def unit_lines(directory: Path, unit: str) -> list[str]:
    path = directory / unit
    return path.read_text().splitlines() if path.exists() else ["no such unit"]


def hooks(directory: Path) -> list[str]:
    return sorted(
        str(path.relative_to(directory)) for path in directory.rglob("*.mount") if path.is_symlink()
    )


def without_helper(lines: list[str]) -> list[str]:
    """The lines with the list of types in Type=, not in the option of mount.fstag."""
    text = "\n".join(lines)
    found = re.search(r"^Type=fstag\n(?:.*\n)*?Options=.*?(,?fstag=([^:,]+):([^,]*))$", text, re.M)
    if not found:
        return lines
    what = re.search(r"^What=(.*)$", text, re.M)[1].replace("%%", "%").replace("$$", "$")
    source = urllib.parse.unquote(found[3].replace("%%", "%"), errors="strict")
    if source != what:
        return [*lines, f"the helper mounts '{source}'"]
    text = text[: found.start(1)] + text[found.end(1) :]
    return text.replace("Type=fstag", f"Type={found[2].replace('+', ',')}", 1).split("\n")


def comparable(lines: list[str], version: int) -> list[str]:
    kept = [line for line in without_helper(lines) if line and not OURS.match(line)]
    if version >= 262:
        return kept
    return sorted(line for line in kept if line != "After=imports.target")


def compare(line: str, ours: Path, stock: Path, version: int) -> list[str]:
    found = []
    for unit in UNITS:
        pair = [comparable(unit_lines(directory, unit), version) for directory in (ours, stock)]
        if pair[0] != pair[1]:
            found += [f"{unit} ours:  {pair[0]}", f"{unit} stock: {pair[1]}"]
    if hooks(ours) != hooks(stock):
        found += [f"hooks ours:  {hooks(ours)}", f"hooks stock: {hooks(stock)}"]
    return [f"line: {line}", *found] if found else []


def systemd_version(root: str) -> int:
    done = subprocess.run(
        ["chroot", root, "systemctl", "--version"], capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[1])


def check_line(generator: str, root: str, line: str, version: int) -> list[str]:
    with tempfile.TemporaryDirectory(dir=Path(root) / "tmp") as scratch:
        pair = []
        for who in ("ours", "stock"):
            directories = [Path(scratch, who, name) for name in ("normal", "early", "late")]
            for directory in directories:
                directory.mkdir(parents=True)
            pair.append(directories)
        run([generator], line, pair[0])
        inside = [Path("/") / directory.relative_to(root) for directory in pair[1]]
        run(["chroot", root, STOCK], line.replace("=fstag:", "="), inside)
        return compare(line, pair[0][1], pair[1][0], version)


def main() -> int:
    generator, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
    version, rng = systemd_version(root), random.Random(seed)
    print(f"systemd {version}, {count} lines, seed {seed}")
    failed = 0
    for _ in range(count):
        found = check_line(generator, root, random_line(rng, version), version)
        failed += bool(found)
        print("".join(f"  {text}\n" for text in found), end="")
    print(f"{failed} of {count} lines differ")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
