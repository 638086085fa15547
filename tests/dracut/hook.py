# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the hook that keeps dracut's own root hooks from acting and starts the network."""

import os
import subprocess


# The command line; whether the hook sets dracut's variables; whether it starts the network.
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
    """The hook reads /run and /usr/lib/systemd and writes to /etc: the test replaces all three."""
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
    """systemd-networkd has a network to start, either from dracut or from the hook."""
    prepare = "cp /bin/true /usr/lib/systemd/systemd-networkd"
    if of_dracut:
        prepare += "; touch $hookdir/cmdline/99-networkd-config.sh"
    for line, needed in (UNITS["network root"][0], True), (UNITS["share"][0], False):
        seen = call_hook(generator, hook, line, prepare).split("|")[-1]
        if seen != ("zzzz-fstag.network" if needed and not of_dracut else ""):
            return f"with {line} there is '{seen}'"
    return ""
