# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a random case from a seed; the same seed always makes the same case."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import random_tag
from case import Case, DeviceSpec, Expectation
from guest import suite

FILE_SYSTEMS = ("virtiofs", "9p")
LISTS = ("virtiofs,9p", "9p,virtiofs")
# The names of an MTD partition and of a UBI volume, with the type that fstag takes for each.
FLASH = (
    ("jffs2", "mtd:rootfs"),
    ("ubifs", "ubi0:rootfs"),
    ("ubifs", "ubi0!rootfs"),
    ("ubifs", "ubi:rootfs"),
)
IMAGES = "minimal minimal generic generic early-init firmware network by-hand".split()
BOARDS = ("pc", "pc", "q35", "microvm")
MAX_DELAY = 30
# Words that wait longer than any device takes to come, even if the machine is emulated.
WAITS = (
    "fstag.timeout=120 rd.fstag.timeout=2min fstag.timeout=0 fstag.timeout=infinity rootwait "
    "rootwait=150 systemd.default_device_timeout_sec=2min"
).split()
FLAGS = ("noatime", "nodev", "nosuid", "nodiratime", "x-systemd.mount-timeout=120", "defaults")
# All 9p alone; virtiofs refuses them.
FLAGS_9P = ("msize=131072", "msize=512000", "cache=loose", "cache=none", "access=any")
SHOWN = ("noatime", "nodev", "nosuid")
EARLY = (
    "rdinit=/usr/lib/fstag/fstag-init fstag.remount=auto fstag.remount=tmpfs fstag.remount=bind "
    "rd.fstag.remount=no fstag.exitrd=yes fstag.release=no"
).split()
# What fstag refuses: the words of the root, and the reason on the console.
REFUSALS = (
    ("root=fstag:", "root=: is empty|root=.*is empty"),
    ("root=fstag:-x", "root=.*starts with '-'"),
    ('root="fstag: x"', "root=.*starts with a blank"),
    ("root='fstag:x '", "root=.*ends in a blank"),
    ("root=fstag:a\\", "root=.*ends in a backslash"),
    ("root=fstag:LABEL=x", "root=.*names a block device"),
    ("root=fstag:/dev/vda1", "root=.*names a block device"),
    (f"root=virtiofs:{'x' * 37}", "root=.*longer than the 36 bytes"),
    ("root=fstag:x rootfstype=virtiofs,a/b", "rootfstype=.*no module name"),
    ("root=fstag:x rootflags=X-mount.subdir=a", "rootflags=.*X-mount.subdir"),
    ("root=fstag:x fstag.timeout=soon", "fstag.timeout=.*soon"),
    ("root=fstag:x rd.fstag.remount=maybe", "fstag.remount=.*maybe"),
)


@dataclass
class Draft:
    """A case in the making."""

    rng: random.Random
    root: list[str] = field(default_factory=list)  # words about the root
    words: list[str] = field(default_factory=list)  # other words
    devices: list[DeviceSpec] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    expect: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)  # of the case

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def finish(self, seed: int, name: str) -> Case:
        rng = self.rng
        if self.flags:
            rng.shuffle(self.flags)
            self.root.append(f"rootflags={','.join(self.flags)}")
        rng.shuffle(self.root)
        rng.shuffle(self.devices)
        board = rng.choice(BOARDS)
        if board == "microvm" and any(device.late is not None for device in self.devices):
            board = "q35"  # no device can be plugged into a microvm
        root = " ".join(self.root)
        if self.keys.pop("stored", False):
            self.keys["files"] = {"/etc/cmdline.d/50-root.conf": f"{root}\n"}
            root = ""
        # The kernel reads some of the other words. It takes an odd number of quotes, which are in a
        # tag, for one word up to the end.
        cmdline = " ".join([*self.words, root]).strip()
        return Case(
            f"soak-{seed}",
            cmdline,
            Expectation(**self.expect),
            tuple(self.devices),
            suites=(name,),
            board=board,
            **self.keys,
        )


def make(seed: int) -> Case:
    """The only suite of the case is the one on which it runs."""
    draft = Draft(random.Random(seed))
    name = draft.rng.choice([*suite.SUITES])
    draft.keys["image"] = draft.rng.choice(IMAGES)
    way = draft.rng.random()
    if way < 0.75:
        _boots(draft)
    elif way < 0.93:
        _lacks_source(draft)
    else:
        _is_refused(draft)
    return draft.finish(seed, name)


def _boots(draft: Draft) -> None:
    rng = draft.rng
    fs = rng.choice(FILE_SYSTEMS)
    tag = random_tag.make(rng, fs)
    if draft.chance(0.1):
        fs, tag = rng.choice(FLASH)
        draft.keys["image"] = "flash"
    types = _add_root(draft, fs, tag)
    _add_mode_and_flags(draft, fs)
    if draft.chance(0.5):
        draft.root.append(rng.choice(WAITS))
    elif draft.chance(0.2):
        draft.flags.append("x-systemd.device-timeout=2min")
    if draft.chance(0.4):
        draft.words.append(rng.choice(EARLY))
    draft.keys["stored"] = draft.chance(0.1)
    draft.expect["root"] = f"{fs} {tag}"
    # A complete system has units that fail if they cannot write, and is slow with 9p.
    is_system = fs == "virtiofs" and draft.expect["writable"] and draft.chance(0.2)
    share = "debian" if is_system else "tiny"
    draft.devices.append(DeviceSpec(fs, tag, share))
    if share == "tiny" and draft.chance(0.25):
        _add_usr(draft, types, tag)
    _add_others(draft, tag)
    _delay(draft)


def _add_root(draft: Draft, fs: str, tag: str) -> str:
    """Adds the words for the source and returns the types that they allow."""
    rng = draft.rng
    if fs not in FILE_SYSTEMS:
        draft.root.append(random_tag.quote(rng, "root", f"fstag:{tag}"))
        if draft.chance(0.5):
            draft.root.append(f"rootfstype={fs}")
        return fs
    spelling = rng.choice(("fstag", "fstag", "fstag", "dracut", "kernel"))
    if spelling == "dracut":
        prefix = rng.choice(("9p", "virtfs")) if fs == "9p" else fs
        draft.root.append(random_tag.quote(rng, "root", f"{prefix}:{tag}"))
        return fs
    types = rng.choice((fs, *LISTS))
    if spelling == "kernel" and not tag.startswith(random_tag.PREFIXES):
        if tag != "/dev/root" or draft.chance(0.5):
            draft.root.append(random_tag.quote(rng, "root", tag))
        draft.root.append(f"rootfstype={types}")
        return types
    draft.root.append(random_tag.quote(rng, "root", f"fstag:{tag}"))
    if random_tag.needs_type(tag) or draft.chance(0.6):
        draft.root.append(f"rootfstype={types}")
        return types
    return LISTS[0]


def _add_mode_and_flags(draft: Draft, fs: str) -> None:
    rng = draft.rng
    mode = rng.choice(("rw", "rw", "ro", None))
    if mode:
        draft.root.append(mode)
    draft.expect["writable"] = mode == "rw"
    if draft.chance(0.5):
        draft.flags += rng.sample(FLAGS, rng.randint(1, 3))
    if fs == "9p" and draft.chance(0.4):
        draft.flags.append(rng.choice(FLAGS_9P))
    shown = [flag for flag in draft.flags if flag in SHOWN]
    draft.expect["options"] = (mode or "ro", *shown)


def _add_usr(draft: Draft, root_types: str, root_tag: str) -> None:
    rng = draft.rng
    fs = rng.choice(FILE_SYSTEMS)
    tag = _other_tag(draft, fs, root_tag)
    draft.root.append(random_tag.quote(rng, "mount.usr", f"fstag:{tag}"))
    inherits = fs in root_types.split(",") and not random_tag.needs_type(tag)
    if not inherits or draft.chance(0.5):
        draft.root.append(f"mount.usrfstype={rng.choice((fs, *LISTS))}")
    if not set(draft.flags).isdisjoint(FLAGS_9P) or draft.chance(0.3):
        draft.root.append(f"mount.usrflags={rng.choice(('ro', 'rw', 'noatime', 'defaults'))}")
    draft.expect["usr"] = f"{fs} {tag}"
    draft.devices.append(DeviceSpec(fs, tag, "usr"))


def _other_tag(draft: Draft, fs: str, tag: str) -> str:
    """A tag that no device has yet."""
    used = {tag, *(device.tag for device in draft.devices)}
    while True:
        other = random_tag.make(draft.rng, fs)
        if draft.chance(0.5):
            other = random_tag.similar(draft.rng, tag, fs)
        if other not in used and not random_tag.REFUSED.match(other):
            return other


def _add_others(draft: Draft, tag: str) -> None:
    """Adds devices for which nothing waits."""
    for _ in range(draft.rng.choice((0, 0, 1, 2))):
        fs = draft.rng.choice(FILE_SYSTEMS)
        draft.devices.append(DeviceSpec(fs, _other_tag(draft, fs, tag), "no-system"))


def _delay(draft: Draft) -> None:
    """Makes some devices come late, including one for which the guest waits."""
    rng = draft.rng
    if draft.chance(0.4):
        return
    draft.keys["unsettled"] = draft.chance(0.5)
    needed = [n for n, device in enumerate(draft.devices) if device.share != "no-system"]
    awaited = rng.choice(needed)
    # In the first seconds, the guest starts the units that the device can surprise.
    last = rng.uniform(0, rng.choice((12, MAX_DELAY)))
    for number, device in enumerate(draft.devices):
        if number == awaited:
            late = last
        elif draft.chance(0.5):
            # Not later: the guest may power off then.
            late = rng.choice((last, rng.uniform(0, last)))
        else:
            continue
        changed = DeviceSpec(device.fs, device.tag, device.share, round(late, 2))
        draft.devices[number] = changed


def _lacks_source(draft: Draft) -> None:
    """The root or /usr is not there in time."""
    rng = draft.rng
    fs = rng.choice(FILE_SYSTEMS)
    tag = random_tag.make(rng, fs)
    seconds = rng.randint(3, 8)
    types = _add_root(draft, fs, tag)
    _add_mode_and_flags(draft, fs)
    if draft.chance(0.3):
        draft.flags.append(f"x-systemd.device-timeout={seconds}")
        draft.root.append("fstag.timeout=60")
    else:
        name = rng.choice(("fstag.timeout", "rd.fstag.timeout", "rootwait"))
        draft.root.append(f"{name}={seconds}")
    draft.expect = {"emergency": seconds, "since": "wait"}
    said = f"fstag-wait.*Gave up waiting for source {_printed(tag)} "
    how = rng.choice(("absent", "type", "late"))
    if how == "type" and types in FILE_SYSTEMS:
        other = "9p" if fs == "virtiofs" else "virtiofs"
        if len(tag.encode()) <= random_tag.LIMITS[other]:
            draft.devices.append(DeviceSpec(other, tag))
            said += f".* exists as {other}: use rootfstype={other}"
    elif how == "late":
        draft.devices.append(DeviceSpec(fs, tag, late=seconds + rng.randint(12, 20)))
    draft.expect["console"] = (said,)
    _add_others(draft, tag)


def _printed(tag: str) -> str:
    """A pattern for the tag as fstag-wait prints it."""
    said = "".join(chr(c) if 0x20 <= c <= 0x7E else f"\\x{c:02x}" for c in tag.encode())
    return re.escape(f"'{said}'")


def _is_refused(draft: Draft) -> None:
    words, pattern = draft.rng.choice(REFUSALS)
    draft.root.append(words)
    draft.expect = {"emergency": 0, "console": (f"fstag.*({pattern})",)}
    _add_others(draft, "x")
