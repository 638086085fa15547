#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls the functions of the dracut module with other words of the kernel's, and prints TAP.

What they store of the host's root has to be, for the generator, that root again.

usage: run.py MODULE-SETUP INSTALLED-GENERATOR GENERATOR PARSE-FSTAG
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = " # SKIP no mount namespaces"
WORDS = b"29 1 0:26 / / rw,relatime shared:1 - "
OTHER = b"30 29 0:27 / /usr rw,relatime - virtiofs theusr rw\n"
# An overlay as systemd.volatile=overlay makes it.
OVERLAY = b"rw,relatime - overlay overlay rw,lowerdir=/sysroot,upperdir=/run/u,workdir=/run/w\n"

# The root in mountinfo, what is stored, and Type=, What= and Options= of the generator's.
STORED = {
    "virtiofs": (b"virtiofs myfs rw", b'root="virtiofs:myfs" rw', b"virtiofs", b"myfs", b"rw"),
    "dax": (
        b"virtiofs myfs rw,dax=always",
        b'root="virtiofs:myfs" rw rootflags="dax=always"',
        b"virtiofs",
        b"myfs",
        b"dax=always,rw",
    ),
    "msize": (
        b"9p myfs rw,access=client,msize=512000,trans=virtio",
        b'root="9p:myfs" rw rootflags="msize=512000,trans=virtio"',
        b"9p",
        b"myfs",
        b"msize=512000,trans=virtio,rw",
    ),
    "tcp": (
        b"9p 10.0.2.2 rw,sync,dirsync,aname=/srv/a\\040b,access=client,trans=tcp,port=5640",
        b'root="9p:10.0.2.2" rw rootflags="aname=/srv/a b,trans=tcp,port=5640"',
        b"9p",
        b"10.0.2.2",
        b"aname=/srv/a b,trans=tcp,port=5640,rw",
    ),
    "version": (
        b"9p myfs rw,access=user,trans=virtio,version=9p2000.u",
        b'root="9p:myfs" rw rootflags="trans=virtio,version=9p2000.u"',
        b"9p",
        b"myfs",
        b"trans=virtio,version=9p2000.u,rw",
    ),
    "noextend": (
        b"9p myfs rw,access=user,trans=virtio,noextend",
        b'root="9p:myfs" rw rootflags="trans=virtio,version=9p2000"',
        b"9p",
        b"myfs",
        b"trans=virtio,version=9p2000,rw",
    ),
    "non-ascii": (
        "virtiofs ümläut rw".encode(),
        'root="virtiofs:ümläut" rw'.encode(),
        b"virtiofs",
        "ümläut".encode(),
        b"rw",
    ),
    "blank-before-digits": (b"virtiofs my\\0401\\0111 rw", None, None, None, None),
    "blank": (b"virtiofs my\\0401 rw", b'root="virtiofs:my 1" rw', b"virtiofs", b"my 1", b"rw"),
    "hash": (b"virtiofs a\\043b rw", b'root="virtiofs:a#b" rw', b"virtiofs", b"a#b", b"rw"),
    "backslash": (
        b"virtiofs a\\1340b rw",
        b'root="virtiofs:a\\0b" rw',
        b"virtiofs",
        b"a\\0b",
        b"rw",
    ),
    "shell": (
        b"virtiofs $(id)`id`*%b rw",
        b'root="virtiofs:$(id)`id`*%b" rw',
        b"virtiofs",
        b"$$(id)`id`*%%b",
        b"rw",
    ),
    "double-quote": (b'virtiofs a"b rw', b"root='virtiofs:a\"b' rw", b"virtiofs", b'a"b', b"rw"),
    "single-quote": (b"virtiofs a'b rw", b'root="virtiofs:a\'b" rw', b"virtiofs", b"a'b", b"rw"),
    "both-quotes": (b"virtiofs a'\"b rw", None, None, None, None),
    "newline": (b"virtiofs a\\012b rw", None, None, None, None),
    "no-utf-8": (b"virtiofs a\xff rw", None, None, None, None),
    "block-device": (b"ext4 /dev/vda2 rw", None, None, None, None),
}

# The kernel's line under an overlay, and whether fstag belongs into the image.
HIDDEN = {
    "root=fstag:myfs systemd.volatile=overlay": True,
    "root=my rootfstype=virtiofs systemd.volatile=overlay": True,
    "root=virtiofs:myfs systemd.volatile=overlay": True,
    "root=/dev/vda2 systemd.volatile=overlay": False,
    "root=fstag: systemd.volatile=overlay": False,
}


class Module:
    def __init__(self, setup: str, installed: str, generator: str) -> None:
        text = Path(setup).read_text()
        assert installed in text
        self._text = text.replace(installed, os.path.abspath(generator))

    def call(
        self,
        function: str,
        mountinfo: bytes,
        line: str = "",
        shares: bool = False,
        **variables: str,
    ) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "mountinfo").write_bytes(mountinfo)
            Path(directory, "line").write_text(line)
            Path(directory, "setup").write_text(
                f"""{self._text}
fstag_mountinfo() {{ cat "{directory}/mountinfo"; }}
fstag_running_cmdline() {{ cat "{directory}/line"; }}
fstag_shares() {{ {str(shares).lower()}; }}
dwarning() {{ echo "warning: $*" >&2; }}
require_binaries() {{ return 0; }}
systemdutildir=/usr/lib/systemd
{function}
"""
            )
            return subprocess.run(
                ["bash", "-u", Path(directory, "setup")],
                capture_output=True,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "mount_needs": "", **variables},
            )


def mount_of(generator: str, line: bytes) -> dict[bytes, bytes]:
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [generator, directory, directory, directory],
            check=True,
            stderr=subprocess.DEVNULL,
            env={"SYSTEMD_IN_INITRD": "1", b"SYSTEMD_PROC_CMDLINE": line},
        )
        text = Path(directory, "sysroot.mount").read_bytes()
    return dict(line.split(b"=", 1) for line in text.splitlines() if b"=" in line)


def check_stored(module: Module, generator: str, name: str) -> str:
    root, stored, *mount = STORED[name]
    done = module.call("cmdline", WORDS + root + b"\n" + OTHER, hostonly="1")
    if done.returncode != 0:
        return f"exit status {done.returncode}: {done.stderr!r}"
    if stored is None:
        if done.stdout:
            return f"stored {done.stdout!r}"
        told = done.stderr.startswith(b"warning: ")
        return "" if told != (name == "block-device") else f"it said {done.stderr!r}"
    if done.stdout != b" " + stored:
        return f"stored {done.stdout!r}, not {stored!r}; {done.stderr!r}"
    seen = mount_of(generator, done.stdout)
    if [seen[b"Type"], seen[b"What"], seen[b"Options"]] != mount:
        return f"the generator makes {seen} of it"
    return ""


def check_directory(module: Module) -> str:
    """A root that is not the whole share."""
    done = module.call(
        "cmdline", WORDS.replace(b" / / ", b" /image / ") + b"virtiofs myfs rw\n", hostonly="1"
    )
    if done.stdout or not done.stderr.startswith(b"warning: fstag: the root is '/image' of 'myfs'"):
        return f"stored {done.stdout!r}, said {done.stderr!r}"
    return ""


def check_hidden(module: Module, line: str, belongs: bool, shares: bool = False) -> str:
    for kind in (OVERLAY, OVERLAY.replace(b"overlay overlay", b"tmpfs tmpfs")):
        root = b"29 1 0:26 / / " + kind
        done = module.call("check", root, line, shares, hostonly="1")
        if (done.returncode == 0) != belongs:
            return f"check() says {done.returncode}: {done.stderr!r}"
        done = module.call("cmdline", root, line, shares, hostonly="1")
        if done.stdout or (b"warning" in done.stderr) != belongs:
            return f"cmdline() says {done.stdout!r}, {done.stderr!r}"
    return ""


def check_depends(module: Module, options: str, network: bool) -> str:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "modules.d/40network").mkdir(parents=True)
        done = module.call(
            "depends",
            WORDS + f"9p myfs rw,{options}\n".encode(),
            hostonly="1",
            dracutbasedir=directory,
        )
    if (b"network" in done.stdout.split()) != network or done.returncode != 0:
        return f"depends() says {done.stdout!r}, {done.stderr!r}"
    return ""


# What the generator has left, and what the hook makes of it.
UNITS = {
    "network root": ("root=fstag:10.0.2.2:/export rootfstype=nfs4", True, True),
    "9p over tcp": ("root=fstag:10.0.2.2 rootfstype=9p rootflags=trans=tcp,port=564", True, True),
    "network usr": ("root=/dev/vda2 mount.usr=fstag:s:/usr mount.usrfstype=nfs", False, True),
    "share": ("root=fstag:myfs", True, False),
    "refused": ("root=fstag: rootfstype=nfs", True, False),
    "other root": ("root=/dev/vda2", False, False),
    "other network root": ("root=nfs:10.0.2.2:/export", False, False),
}


def unshare() -> list[str]:
    words = ["unshare", "--mount"]
    return words if os.geteuid() == 0 else [*words, "--user", "--map-root-user"]


def call_hook(generator: str, hook: str, line: str, prepare: str = ":") -> str:
    """The hook looks at /run and /usr/lib/systemd and writes to /etc: all are the test's own."""
    script = f"""
for where in /run /etc /usr/lib/systemd; do mount -t tmpfs tmpfs $where || exit; done
mkdir -p /run/systemd/generator.early /etc/cmdline.d
cd /run/systemd/generator.early
"$1" . . . || :
root=untouched fstype=untouched rootok= hookdir=/run/hooks
mkdir -p $hookdir/cmdline
{prepare}
. "$2"
echo "$root|$fstype|$rootok|$(cat /etc/cmdline.d/*)|$(ls /run/systemd/network)"
"""
    done = subprocess.run(
        [
            *unshare(),
            "sh",
            "-u",
            "-c",
            script,
            "sh",
            os.path.abspath(generator),
            os.path.abspath(hook),
        ],
        capture_output=True,
        text=True,
        env={
            "SYSTEMD_IN_INITRD": "1",
            "SYSTEMD_PROC_CMDLINE": line,
            "SYSTEMD_LOG_TARGET": "null",
            "PATH": "/usr/bin:/bin:/usr/sbin",
        },
    )
    return done.stdout.rstrip("\n")


def check_hook(generator: str, hook: str, line: str, ours: bool, network: bool) -> str:
    expected = "fstag:|auto|1|" if ours else "untouched|untouched||"
    expected += "rd.neednet=1|" if network else "|"
    seen = call_hook(generator, hook, line)
    return "" if seen == expected else f"the hook makes {seen}"


def check_default_network(generator: str, hook: str, of_dracut: bool) -> str:
    """systemd-networkd has something to start, of dracut's or of the hook's own."""
    prepare = "cp /bin/true /usr/lib/systemd/systemd-networkd"
    if of_dracut:
        prepare += "; touch $hookdir/cmdline/99-networkd-config.sh"
    for line, needed in (UNITS["network root"][0], True), (UNITS["share"][0], False):
        seen = call_hook(generator, hook, line, prepare).split("|")[-1]
        if seen != ("zzzz-fstag.network" if needed and not of_dracut else ""):
            return f"with {line} there is '{seen}'"
    return ""


def main() -> int:
    setup, installed, generator, hook = sys.argv[1:]
    module = Module(setup, installed, generator)
    share_line = "systemd.volatile=overlay quiet"
    results = {f"stores {name}": check_stored(module, generator, name) for name in STORED}
    results |= {
        f"under an overlay, {line}": check_hidden(module, line, belongs)
        for line, belongs in HIDDEN.items()
    }
    results["a directory of a share"] = check_directory(module)
    results["under an overlay, stored, share"] = check_hidden(module, share_line, True, True)
    results["under an overlay, no share"] = check_hidden(module, share_line, False)
    results["depends on the network"] = check_depends(module, "trans=tcp,port=564", True)
    results["depends on no network"] = check_depends(module, "trans=virtio", False)
    can_unshare = subprocess.run([*unshare(), "true"], stderr=subprocess.DEVNULL).returncode == 0
    results |= {
        f"hook, {name}": check_hook(generator, hook, *case) if can_unshare else SKIPPED
        for name, case in UNITS.items()
    }
    results |= {
        f"networkd, its own default: {has}": check_default_network(generator, hook, has)
        if can_unshare
        else SKIPPED
        for has in (False, True)
    }
    print(f"1..{len(results)}")
    for number, (name, reason) in enumerate(results.items(), 1):
        failed = reason not in ("", SKIPPED)
        print(f"{'not ok' if failed else 'ok'} {number} - {name}{reason if not failed else ''}")
        if failed:
            print(f"# {reason}")
    return any(reason not in ("", SKIPPED) for reason in results.values())


if __name__ == "__main__":
    sys.exit(main())
