# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests with a root of the host below an overlay or a tmpfs (systemd.volatile=)."""

from module import Module


# An overlay such as systemd.volatile=overlay makes.
OVERLAY = b"rw,relatime - overlay overlay rw,lowerdir=/sysroot,upperdir=/run/u,workdir=/run/w\n"
# The running kernel command line, and whether the image needs fstag.
HIDDEN = {
    "root=fstag:myfs systemd.volatile=overlay": True,
    "root=my rootfstype=virtiofs systemd.volatile=overlay": True,
    "root=virtiofs:myfs systemd.volatile=overlay": True,
    "root=/dev/vda2 systemd.volatile=overlay": False,
    "root=fstag: systemd.volatile=overlay": False,
}


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
