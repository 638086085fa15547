# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random tags: common ones, odd ones, and ones that look like something else."""

from __future__ import annotations

import random
import re

# The limits of QEMU, in bytes. That of 9p excludes the NUL at the end.
LIMITS = {"virtiofs": 36, "9p": 31}

COMMON = ("myfs", "rootfs", "data-1", "my_fs", "MyFS", "a", "fs0.1", "org.example.root", "x" * 24)
BLANKS = ("my fs", "a  b", "the root of vm 7", "a - b")
PERCENT = ("a%b", "100%", "%", "%n", "%%", "%2F", "a%20b", "%I-%s")
UNICODE = ("ümläut", "根", "мир", "🐧", "e\u0301", "a\u00a0b", "ﬁ\u200bx", "שלום")
QUOTES = ("it's", 'a"b', '"', "'", '"my fs"', "''", "a\"b'c", "'a b'")
# Paths in the initrd, relative to / or absolute.
PATHS = (
    "root etc usr usr/lib usr/bin dev proc/self run sys init bin sbin sysroot tmp var /init "
    "/sysroot /root /etc/fstab / . .. ./etc ../etc etc/ usr//lib dev/vda dev/null etc/os-release"
).split()
NUMBERS = ("0", "1", "42", "007", "0x10", "1e3", "4294967296")
# What mount(8), systemd, dracut or fstag itself uses as a word.
WORDS = (
    "none auto swap tmpfs overlay off gpt-auto dissect fstab rootfs rw ro fstag fstag:x virtiofs:x "
    "9p:x virtiofs 9p block:x live:x nbd:x zfs:x bind: host infinity sysroot.mount dev-root"
).split()
# What looks like a server or a device.
LOOKALIKES = (
    "10.0.2.2:/export server:/srv //server/share [fe80::1]:/x nfs:10.0.2.2:/x host:x a:b:c :x "
    "/dev/root /name //x sda1 vda mtdfake ubifoo ubi0:rootfs ubi0_0 mtd0 mtd:rootfs loop0 nbd0 "
    "label=x uuid=x LABELx PARTUUID UUID dev/root"
).split()
# What a shell, systemd or udev could expand.
EXPANSIONS = (*"$HOME ${x} $(id) `id` $$ $1 a$b ~ ~root !x * ?x [a]".split(), "\\x2d", "a\\b")
GROUPS = (COMMON, BLANKS, PERCENT, UNICODE, QUOTES, PATHS, NUMBERS, WORDS, LOOKALIKES, EXPANSIONS)

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
# With these, fstag takes a source without a type for flash memory.
FLASH = re.compile(r"(ubi|mtd)[0-9]*([:!_]|$)")
# What fstag refuses, and prefixes that it takes for something else in root=<tag>.
REFUSED = re.compile(
    r"-|[ \t]|.*([ \t]|\\)$|(LABEL|UUID|PARTUUID|PARTLABEL|ID)=|/*(\./)*(dev|sys)(/|$)", re.DOTALL
)
PREFIXES = ("fstag:", "virtiofs:", "9p:", "virtfs:")


def make(rng: random.Random, fs: str) -> str:
    """A tag that a device of this type can have and that fstag accepts."""
    limit = LIMITS[fs]
    while True:
        tag = _draw(rng, limit)
        if tag and len(tag.encode()) <= limit and (tag == "/dev/root" or not REFUSED.match(tag)):
            return tag


def similar(rng: random.Random, tag: str, fs: str) -> str:
    """Another tag, which a careless comparison takes for this one."""
    ways = (tag + "x", tag[:-1], tag.swapcase(), tag + "%20", f"fstag:{tag}", tag.strip("/"), "x")
    usable = [way for way in ways if way and way != tag and len(way.encode()) <= LIMITS[fs]]
    return rng.choice(usable)


def needs_type(tag: str) -> bool:
    return bool(FLASH.match(tag))


def _draw(rng: random.Random, limit: int) -> str:
    way = rng.random()
    if way < 0.1:
        return "".join(rng.choices(PRINTABLE, k=rng.randint(1, 12)))
    if way < 0.2:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789-_.", k=limit))
    return rng.choice(rng.choice(GROUPS))


def quote(rng: random.Random, name: str, value: str) -> str:
    """`name`=`value` as one word of the kernel command line."""
    mark = rng.choice([c for c in "\"'" if c not in value] or [""])
    if not mark:
        return f"{name}=" + "".join(f"'{c}'" if c == '"' else f'"{c}"' for c in value)
    if not re.search(r"[\s\"']", value) and rng.random() < 0.6:
        return f"{name}={value}"
    way = rng.randrange(3)
    if way == 0:
        return f"{mark}{name}={value}{mark}"
    if way == 1:
        return f"{name}={mark}{value}{mark}"
    at = rng.randint(0, len(value))
    head, tail = value[:at], value[at:]
    if re.search(r"[\s\"']", head):
        head, tail = "", value
    return f"{name}={head}{mark}{tail}{mark}"
