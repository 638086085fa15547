#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares fstag-shares-generator with systemd-fstab-generator on random mounts.

Both get the same fstabs, kernel command line and credentials. Every virtiofs and 9p mount unit of
the stock generator must have a drop-in with the wait for its What=, and every drop-in must have
such a unit. What a version before 254 does not read is not used with that version.

usage: shares_oracle.py GENERATOR ROOT [COUNT [SEED]]

ROOT is a tree that contains systemd and is entered with chroot(1), or / for this machine.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1] / "generator"))

import oracle  # noqa: E402

SOURCES = ["data", "my tag", "a%b", "x:y", "/slash", "ä", "d\\e", "$HOME", "h;i", "k,l"]
# Some lead through the symbolic links of every Debian, or through those that prepare() makes.
PLACES = [
    "/srv/a",
    "/srv//b/",
    "/srv/./c",
    "/bin/d",
    "/var/run/e",
    "/mnt/f g",
    "/h-i",
    "/.j",
    "/",
    "/usr",
    "//usr/",
    "/sysroot",
    "/sysroot/usr",
    "/sysroot/k",
    "/none/../l",
    "/srv/../m",
    "rel/n",
    "none",
    "/srv/o%p",
    "/home/q",
    "/absolute/r",
    "/dangling/s",
    "/loop/t",
    "/etc/passwd/u",
]
LINKS = {
    "home": "/var/home",
    "absolute": "../../srv",
    "dangling": "gone/further",
    "loop": "loop",
    "var/home": "../bin",
}
TYPES = ["virtiofs"] * 5 + ["9p"] * 5 + ["virtiofs,9p", "ext4", "tmpfs", "swap", "autofs", "auto"]
OPTIONS = [
    "defaults",
    "ro",
    "nofail",
    "noauto",
    "x-initrd.mount",
    "x-initrd.mount",
    "x-systemd.automount",
    "x-systemd.device-timeout=5",
    "trans=virtio",
    "trans=tcp",
    "_netdev",
    "x-systemd.requires=a.service",
]
ROOTS = ["", "quiet", "root=/dev/vda", "root=fstag:x", "mount.usr=/dev/vdb"]
ROOTS_SINCE_254 = ["root=fstab", "mount.usr=fstab"]
STYPES = re.compile(r"(virtiofs|9p)(,(virtiofs|9p))*")


@dataclass
class Machine:
    is_initrd: bool
    cmdline: str
    files: dict[str, str] = field(default_factory=dict)


def random_mount(rng: random.Random) -> tuple[str, str, str, str]:
    options = ",".join(rng.choices(OPTIONS, k=rng.randint(0, 3)))
    return rng.choice(SOURCES), rng.choice(PLACES), rng.choice(TYPES), options


def fstab(rng: random.Random) -> str:
    lines = []
    for _ in range(rng.randint(0, 6)):
        words = [re.sub(r"[ \\]", lambda c: f"\\{ord(c[0]):03o}", w) for w in random_mount(rng)]
        ending = rng.choice(["", " 0 0", " 0", "\t0\t2", " 0 0 # comment"]) if words[3] else ""
        lines.append(rng.choice(["", "  ", "\t", "# "]) + " ".join(words).rstrip() + ending)
    return "\n".join(lines) + rng.choice(["", "\n"])


def mount_extra(rng: random.Random) -> str:
    words = [re.sub(r"[\\:]", lambda c: f"\\x{ord(c[0]):02x}", w) for w in random_mount(rng)]
    key = rng.choice(["systemd.mount-extra", "rd.systemd.mount-extra"])
    return f'"{key}={":".join(words[: rng.randint(3, 4)])}"'


def random_machine(rng: random.Random, version: int) -> Machine:
    roots = ROOTS + ROOTS_SINCE_254 if version >= 254 else ROOTS
    machine = Machine(rng.random() < 0.5, rng.choice(roots))
    machine.cmdline += rng.choice([" fstab=no", " rd.fstab=yes", "", "", "", ""])
    machine.files = {"fstab": fstab(rng), "sysroot-fstab": fstab(rng)}
    if version >= 254:
        machine.files |= {"fstab.extra": fstab(rng), "fstab.extra.initrd": fstab(rng)}
        for _ in range(rng.randint(0, 3)):
            machine.cmdline += " " + mount_extra(rng)
    return machine


def prepare(root: Path) -> None:
    """Makes symbolic links in a tree that is only a view."""
    for top in (root, root / "sysroot"):
        for name, target in LINKS.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() and not path.is_symlink():
                path.symlink_to(target)


def run(command: list[str], machine: Machine, directory: Path, env: dict[str, str]) -> None:
    env |= {
        "PATH": os.environ["PATH"],
        "SYSTEMD_PROC_CMDLINE": machine.cmdline,
        "SYSTEMD_IN_INITRD": str(int(machine.is_initrd)),
        "SYSTEMD_LOG_TARGET": "null",
        "SYSTEMD_FSTAB": str(directory / "fstab"),
        "SYSTEMD_SYSROOT_FSTAB": str(directory / "sysroot-fstab"),
        "CREDENTIALS_DIRECTORY": str(directory),
    }
    # The stock generator fails if a mount point occurs twice, after it has written the first unit.
    subprocess.run(command, env=env, timeout=30)


def escape(text: str) -> str:
    """As systemd-escape does."""
    out = ""
    for number, byte in enumerate(text.encode()):
        char = chr(byte)
        if char == "/":
            out += "-"
        elif re.fullmatch(r"[A-Za-z0-9_:.]", char) and not (char == "." and number == 0):
            out += char
        else:
            out += f"\\x{byte:02x}"
    return out


def join_usr(unit: str) -> str:
    """The units of /usr differ between versions, and fstag writes a drop-in for each."""
    return "sysroot-usr.mount" if unit == "sysusr-usr.mount" else unit


def stock_waits(directory: Path, machine: Machine) -> dict[str, str]:
    """The wait of each virtiofs or 9p mount unit, or "" if its transport needs none."""
    waits = {}
    for path in directory.glob("*.mount"):
        lines = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
        types, options = lines.get("Type", ""), lines.get("Options", "").split(",")
        if not STYPES.fullmatch(types) or (path.name == "-.mount" and not machine.is_initrd):
            continue
        wait = f"fstag-wait@{escape(types + ':' + lines['What'].replace('%%', '%'))}.service"
        transports = [option for option in options if option.startswith("trans=")]
        over_virtio = types == "virtiofs" or not transports or transports[-1] == "trans=virtio"
        waits[join_usr(path.name)] = wait if over_virtio else ""
    return waits


def our_waits(directory: Path) -> dict[str, str]:
    waits = {}
    for path in directory.glob("*.mount.d/*.conf"):
        found = re.search(r"^Wants=(fstag-wait@.*)$", path.read_text(), re.MULTILINE)
        waits[join_usr(path.parent.name.removesuffix(".d"))] = found[1] if found else ""
    return waits


def check_machine(generator: str, root: str, machine: Machine) -> list[str]:
    with tempfile.TemporaryDirectory(dir=Path(root) / "tmp") as name:
        scratch = Path(name)
        scratch.chmod(0o755)
        for file, text in machine.files.items():
            (scratch / file).write_text(text)
        for who in ("ours", "stock"):
            for directory in ("normal", "early", "late"):
                (scratch / who / directory).mkdir(parents=True)
        inside = Path("/") / scratch.relative_to(root)

        def outputs(directory: Path, who: str) -> list[str]:
            return [str(directory / who / name) for name in ("normal", "early", "late")]

        run([generator, *outputs(scratch, "ours")], machine, scratch, {"FSTAG_ROOT": root})
        stock = ["chroot", root, oracle.STOCK, *outputs(inside, "stock")]
        run(stock, machine, inside, {})
        pair = our_waits(scratch / "ours/normal"), stock_waits(scratch / "stock/normal", machine)
    return [f"{machine}", f"ours:  {pair[0]}", f"stock: {pair[1]}"] if pair[0] != pair[1] else []


def main() -> int:
    generator, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
    version, rng = oracle.systemd_version(root), random.Random(seed)
    print(f"systemd {version}, {count} machines, seed {seed}")
    failed = 0
    for _ in range(count):
        found = check_machine(generator, root, random_machine(rng, version))
        failed += bool(found)
        print("".join(f"  {text}\n" for text in found), end="")
    print(f"{failed} of {count} machines differ")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
